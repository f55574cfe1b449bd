/**
 * `_headers` beside up.json, in Netlify's form: a line with a path, then indented lines `Name: value`; `#` begins a line
 * that is a comment. Pure: the text comes from who reads the project.
 */
import { isCorsField } from './cors-problems.ts';
import { countRefusal, nameRefusal, patternRefusal, valueRefusal } from './headers.ts';
import { invalidConfig, type Problem } from './problems.ts';
import { mergedStage, stageNames } from './resolve.ts';
import { withoutByteOrderMark } from './source.ts';
import type { Config } from './types.ts';

type Rules = Config['headers'];

interface Rule {
  readonly pattern: string;
  readonly fields: Map<string, string[]>;
}

interface Line {
  readonly file: string;
  readonly number: number;
  /** Without the blanks at its end. */
  readonly text: string;
}

/** A configuration with the rules of the file, too. Throws a ConfigError that holds every problem of the file at once. */
export function withHeadersFile(config: Config, text: string, file: string): Config {
  const cors = stageNames(config).some((stage) => mergedStage(config, stage).cors?.enable);
  return { ...config, headers: mergeHeaders(parseHeadersFile(text, file, cors), config.headers) };
}

/** `cors`: a stage has a policy, which rules may not walk around. */
function parseHeadersFile(text: string, file: string, cors = false): Rules {
  const rules: Rule[] = [];
  const problems: Problem[] = [];
  for (const line of linesOf(text, file)) {
    const problem = isIndented(line) ? readField(line, rules.at(-1), cors) : readPattern(line, rules);
    if (problem) problems.push(problem);
  }
  if (problems.length > 0) throw invalidConfig(file, problems);
  return Object.fromEntries(rules.map(({ pattern, fields }) => [pattern, toFields(fields)]));
}

/**
 * The rules of the file before those of up.json, which win. A pattern that both have stands where up.json has it, with
 * the fields of both.
 */
function mergeHeaders(fromFile: Rules, fromConfig: Rules): Rules {
  const own = Object.entries(fromFile).filter(([pattern]) => !Object.hasOwn(fromConfig, pattern));
  const rest = Object.entries(fromConfig).map(([pattern, fields]) => [
    pattern,
    { ...(Object.hasOwn(fromFile, pattern) ? fromFile[pattern] : {}), ...fields },
  ]);
  return Object.fromEntries([...own, ...rest]);
}

function linesOf(text: string, file: string): Line[] {
  return withoutByteOrderMark(text)
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ file, number: index + 1, text: line.trimEnd() }))
    .filter(({ text }) => !/^\s*(?:#|$)/.test(text));
}

function isIndented({ text }: Line): boolean {
  return /^\s/.test(text);
}

function readPattern(line: Line, rules: Rule[]): Problem | undefined {
  const pattern = line.text;
  const refusal = refusedPattern(pattern, rules);
  // Also kept for a refused path, so that the fields below it are checked too.
  rules.push({ pattern, fields: new Map() });
  return refusal === undefined ? undefined : problemAt(line, pattern, `${pattern} ${refusal}`);
}

function refusedPattern(pattern: string, rules: readonly Rule[]): string | undefined {
  if (rules.some((rule) => rule.pattern === pattern)) return 'is there twice: write its fields in one place';
  if (/^[^/*:]+:/.test(pattern)) return 'must be indented to be a field of the path above it';
  return patternRefusal(pattern);
}

function readField(line: Line, rule: Rule | undefined, cors: boolean): Problem | undefined {
  const written = line.text.trimStart();
  const colon = written.indexOf(':');
  if (!rule) return problemAt(line, written, 'a field must stand below the path it is for');
  if (colon === -1) return problemAt(line, written, `"${written}" is not a field: write Name: value`);
  const name = written.slice(0, colon).trimEnd();
  const value = written.slice(colon + 1).trim();
  const values = [...(rule.fields.get(name.toLowerCase()) ?? []), value];
  rule.fields.set(name.toLowerCase(), values);
  const taken = cors && isCorsField(name.toLowerCase()) ? 'must not be set: `cors` is there for it' : undefined;
  const refusal = nameRefusal(name) ?? countRefusal(name, values.length) ?? taken;
  if (refusal) return problemAt(line, name, `${name || 'a field without a name'} ${refusal}`);
  const wrong = value === '' ? 'must not be empty' : valueRefusal(value);
  return wrong === undefined ? undefined : problemAt(line, written, `${name} ${wrong}`);
}

function toFields(fields: Rule['fields']): Rules[string] {
  return Object.fromEntries([...fields].map(([name, values]) => [name, values.length === 1 ? values.join() : values]));
}

function problemAt({ file, number, text }: Line, marked: string, message: string): Problem {
  const at = { file, line: number, column: text.indexOf(marked) + 1, length: Math.max(1, marked.length) };
  // The value of this one is a password.
  const hidden = /^\s*basic-auth\s*:/i.test(text) ? { hidesLine: true as const } : {};
  return { ...at, path: '', message, ...hidden };
}
