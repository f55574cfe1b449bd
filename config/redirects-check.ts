/**
 * The rules of up.json and of a `_redirects` file put together, and checked in every stage that has rules of its own:
 * where each leads, loops, and rules that are never reached.
 */
import { isRecord } from '../http/json.ts';
import { merge } from './merge.ts';
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { locationProblem, ownFirst, type Redirects, redirectsSchema } from './redirects.ts';
import { type FileRule, parseRedirectsFile, problemAtWord, type TextFile, type Word } from './redirects-file.ts';
import { hidden, loops } from './redirects-order.ts';
import type { Source } from './source.ts';
import { keyAt, nodeAt, problemAt, showNode } from './source.ts';
import type { Config } from './types.ts';

export interface CheckedRedirects {
  readonly redirects: Redirects;
  readonly problems: readonly Problem[];
  readonly warnings: readonly Problem[];
}

/** The rules of the file follow those of up.json, which wins where both have a pattern. */
export function checkRedirects(
  source: Source,
  { redirects: own, stages }: Pick<Config, 'redirects' | 'stages'>,
  textFile: TextFile = { file: '', text: '' },
): CheckedRedirects {
  const { rules, problems } = parseRedirectsFile(textFile);
  const redirects: Redirects = { ...own };
  const warnings: Problem[] = [];
  const places: Places = { source, holder: [], file: textFile.file, rules };
  for (const [pattern, rule] of rules) {
    if (Object.hasOwn(own, pattern))
      warnings.push(unreachedInFile(places.file, rule.pattern, `${source.file} has that rule`));
    else redirects[pattern] = { location: rule.location.text, status: rule.status, force: rule.force };
  }
  const checks = [checkRules(redirects, places), ...stageChecks(redirects, stages, places)];
  return {
    redirects,
    problems: [...problems, ...checks.flatMap((check) => check.problems)],
    warnings: [...warnings, ...checks.flatMap((check) => check.warnings)],
  };
}

type Check = Omit<CheckedRedirects, 'redirects'>;

function stageChecks(shared: Redirects, stages: Config['stages'], places: Places): Check[] {
  return Object.entries(stages).flatMap(([name, { redirects } = {}]) => {
    if (!redirects) return [];
    const inStage = { ...places, holder: ['stages', name] };
    const merged = merge(shared, redirects);
    const incomplete = withoutLocation(merged).map((pattern) => missing(inStage, pattern));
    if (incomplete.length > 0) return [{ problems: incomplete, warnings: [] }];
    return [checkRules(ownFirst(redirectsSchema.parse(merged), shared), inStage)];
  });
}

/** A stage may say a part of a rule that is there, not of one that is not. */
function withoutLocation(merged: unknown): string[] {
  const entries = Object.entries(isRecord(merged) ? merged : {});
  return entries.filter(([, rule]) => !isRecord(rule) || rule.location === undefined).map(([pattern]) => pattern);
}

function checkRules(redirects: Redirects, places: Places): Check {
  const wrong = Object.entries(redirects).flatMap(([pattern, { location, status }]) => {
    const message = locationProblem(pattern, location, status);
    return message === undefined ? [] : [atLocation(places, pattern, message)];
  });
  // Where a rule leads is only known of rules that can be followed.
  if (wrong.length > 0) return { problems: wrong, warnings: [] };
  return {
    problems: loops(redirects).map(({ pattern, why }) => atLocation(places, pattern, why)),
    warnings: hidden(redirects).map(({ pattern, by }) => unreached(places, pattern, `"${by}" stands before it`)),
  };
}

/** Where the rules of a stage are written: in the stage, else at the top, else in the file. */
interface Places {
  readonly source: Source;
  readonly holder: Path;
  readonly file: string;
  readonly rules: ReadonlyMap<string, FileRule>;
}

function pathOfRule({ source, holder }: Places, pattern: string, ...field: string[]): Path | undefined {
  const paths = [holder, []].map((place) => [...place, 'redirects', pattern, ...field]);
  return paths.find((path) => nodeAt(source, path));
}

function atLocation(places: Places, pattern: string, message: string): Problem {
  const path = pathOfRule(places, pattern, 'location');
  const node = path && nodeAt(places.source, path);
  if (path && node) {
    const told = message.replaceAll('{value}', () => showNode(places.source, node));
    return problemAt(places.source, node, path, `${renderPath(path)} ${told}`);
  }
  const { location } = ruleOfFile(places, pattern);
  const told = message.replaceAll('{value}', () => JSON.stringify(location.text));
  return problemAtWord(places.file, location, `the location ${told}`);
}

function missing(places: Places, pattern: string): Problem {
  const path = [...places.holder, 'redirects', pattern];
  const node = nodeAt(places.source, path) ?? places.source.root;
  return problemAt(places.source, node, path, `${renderPath([...path, 'location'])} is missing`);
}

function unreached(places: Places, pattern: string, why: string): Problem {
  const path = pathOfRule(places, pattern);
  const key = path && keyAt(places.source, path);
  if (path && key) return problemAt(places.source, key, path, `${renderPath(path)} is never reached: ${why}`);
  return unreachedInFile(places.file, ruleOfFile(places, pattern).pattern, why);
}

/** Warnings are shown without their place, so this one says it. */
function unreachedInFile(file: string, word: Word, why: string): Problem {
  return problemAtWord(file, word, `${file}:${word.line}: "${word.text}" is never reached: ${why}`);
}

function ruleOfFile({ rules }: Places, pattern: string): FileRule {
  const rule = rules.get(pattern);
  if (!rule) throw new Error(`the rule ${pattern} is written nowhere`);
  return rule;
}
