/**
 * `headers`: fields by path, on every answer there is for it: the app's, redirects, files, errors of ours. The path is
 * the one that was asked for, whatever it is rewritten to. A rule adds what is missing; of what is there it replaces only our own defaults.
 */
import type { ProxyStage } from '../config/types.ts';
import { type Headers, hasHeader, toByteString } from '../http/headers.ts';
import type { Middleware } from '../http/message.ts';
import { canonicalPath } from '../http/path.ts';
import { compileRules } from '../http/patterns.ts';
import { addVary, elementsOf } from '../http/vary.ts';

type Rule = ReadonlyMap<string, readonly string[]>;

export function headers(config: ProxyStage['headers']): Middleware | null {
  const entries = Object.entries(config);
  if (entries.length === 0) return null;
  const rules = compileRules(entries.map(([pattern, fields]) => [pattern, toRule(fields)] as const));

  function fieldsFor(path: string | null): Rule {
    if (path === null) return new Map();
    return new Map(rules.all(path).flatMap(({ rule }) => [...rule]));
  }

  return async function headers(req, next) {
    const fields = fieldsFor(canonicalPath(req));
    const res = await next(req);
    if (fields.size === 0) return res;
    const present = res.headers.filter(([name]) => !(res.defaults?.includes(name) && fields.has(name)));
    return { ...res, headers: [...fields].reduce(add, present) };
  };
}

function toRule(fields: ProxyStage['headers'][string]): Rule {
  return new Map(Object.entries(fields).map(([name, value]) => [name, [value].flat().map(toByteString)]));
}

function add(present: Headers, [name, values]: readonly [string, readonly string[]]): Headers {
  // Merged, so that no cache serves one client what is meant for another.
  if (name === 'vary') return addVary(present, values.flatMap(elementsOf));
  // One cookie says nothing about another.
  if (name !== 'set-cookie' && hasHeader(present, name)) return present;
  return [...present, ...values.map((value) => [name, value] as const)];
}
