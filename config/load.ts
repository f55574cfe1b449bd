/** Reads the text of up.json. Pure: no file, no environment, no AWS. */
import { alertProblems } from './alert-problems.ts';
import { appShape } from './app.ts';
import { basicAuthProblems } from './basic-auth-problems.ts';
import { concurrencyProblems } from './concurrency.ts';
import { corsProblems, corsWarnings } from './cors-problems.ts';
import { domainProblems } from './domain-problems.ts';
import { environmentProblems } from './environment-size.ts';
import { defaultWording, toProblems } from './issues.ts';
import { withoutNeedless } from './legacy.ts';
import type { Problem } from './problems.ts';
import { invalidConfig } from './problems.ts';
import { checkRedirects } from './redirects-check.ts';
import type { TextFile } from './redirects-file.ts';
import { fileSchema } from './schema.ts';
import type { Source } from './source.ts';
import { keyProblems, parseSource, problemAt, toValue } from './source.ts';
import { streamProblems } from './stream-problems.ts';
import { clampLambdaTimeouts, proxyTimeoutWarnings } from './timeouts.ts';
import type { Config } from './types.ts';

export interface ParseOptions {
  /** The name of the file, for messages. */
  readonly file: string;
  /** The name of the app when the file has none, usually that of its directory. */
  readonly fallbackName?: string;
  /** The `_redirects` file beside it. */
  readonly redirects?: TextFile;
}

export interface ParsedConfig {
  readonly config: Config;
  /** What was taken differently than written. */
  readonly warnings: Problem[];
}

/** Parses and validates. Throws a ConfigError with the code UP_CONFIG that holds every problem at once. */
export function parseConfig(text: string, options: ParseOptions): ParsedConfig {
  const source = parseSource(options.file, text);
  const { value: needed, warnings: needless } = withoutNeedless(source, toValue(source.root));
  const { value, warnings } = clampLambdaTimeouts(source, needed);
  const parsed = fileSchema.safeParse(value, { error: defaultWording });
  const problems = [
    ...keyProblems(source),
    ...(parsed.error?.issues ?? []).flatMap((issue) => toProblems(source, issue)),
    ...nameProblems(source, value, options.fallbackName),
  ];
  if (problems.length > 0 || !parsed.data) throw invalidConfig(options.file, inOrder(problems));
  const { $schema, ...data } = parsed.data;
  const { redirects, ...found } = checkRedirects(source, data, options.redirects);
  const unmergeable = [...found.problems, ...basicAuthProblems(source, data)];
  if (unmergeable.length > 0) throw invalidConfig(filesOf(unmergeable), inOrder(unmergeable));
  const config = { ...data, redirects, name: data.name ?? options.fallbackName ?? '' };
  const impossible = [
    ...streamProblems(source, config),
    ...environmentProblems(source, config),
    ...corsProblems(source, config),
    ...domainProblems(source, config),
    ...concurrencyProblems(source, config),
    ...alertProblems(source, config),
  ];
  if (impossible.length > 0) throw invalidConfig(options.file, inOrder(impossible));
  const late = [...found.warnings, ...proxyTimeoutWarnings(source, config), ...corsWarnings(source, config)];
  return { config, warnings: inOrder([...needless, ...warnings, ...late]) };
}

function nameProblems(source: Source, value: unknown, fallbackName: string | undefined): Problem[] {
  if (Object.hasOwn(Object(value), 'name')) return [];
  const message = fallbackProblem(fallbackName);
  return message === undefined ? [] : [problemAt(source, source.root, ['name'], message)];
}

function fallbackProblem(fallbackName: string | undefined): string | undefined {
  if (fallbackName === undefined) return 'name is missing';
  const issue = appShape.name.safeParse(fallbackName).error?.issues[0];
  const rule = issue?.message.replace(', not {value}', '');
  return rule && `name is missing, and the app cannot be called ${JSON.stringify(fallbackName)}: it ${rule}`;
}

function filesOf(problems: readonly Problem[]): string {
  return [...new Set(problems.map(({ file }) => file))].sort().join(' and ');
}

/** By file and place in it, each sentence once. */
function inOrder(problems: readonly Problem[]): Problem[] {
  const unique = new Map(
    problems.map((problem) => [`${problem.file}:${problem.line}:${problem.column} ${problem.message}`, problem]),
  );
  return [...unique.values()].sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
