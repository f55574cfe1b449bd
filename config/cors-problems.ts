/** Combinations in `cors` of a stage that no browser takes, or that would let in whoever should stay out. */
import { isInsecure } from './origins.ts';
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { mergedStage, stageNames } from './resolve.ts';
import { keyAt, nearestNode, nodeAt, problemAt, type Source } from './source.ts';
import type { Config } from './types.ts';

type Cors = NonNullable<Config['cors']>;

/** One problem for every place at fault. */
export function corsProblems(source: Source, config: Config): Problem[] {
  return stageNames(config).flatMap((stage) => {
    const { cors, headers } = mergedStage(config, stage);
    if (!cors?.enable) return [];
    return [...credentialProblems(source, stage, cors), ...ruleProblems(source, stage, headers)];
  });
}

/** https://fetch.spec.whatwg.org/#cors-protocol-and-credentials: with credentials a `*` means itself. */
function credentialProblems(source: Source, stage: string, cors: Cors): Problem[] {
  if (!cors.allow_credentials) return [];
  const insecure = cors.allowed_origins.find(isInsecure);
  return [
    ...(cors.allowed_origins.includes('*')
      ? [
          problem(
            source,
            stage,
            'allowed_origins',
            'must name the origins: "*" and allow_credentials let every site act for your users',
          ),
        ]
      : []),
    ...(insecure === undefined
      ? []
      : [
          problem(
            source,
            stage,
            'allowed_origins',
            `must not hold "${insecure}": with allow_credentials it has to be https, or of this machine`,
          ),
        ]),
    ...(['allowed_headers', 'exposed_headers'] as const)
      .filter((key) => cors[key].includes('*'))
      .map((key) =>
        problem(source, stage, key, 'must name the header fields: "*" is not taken with allow_credentials'),
      ),
  ];
}

function problem(source: Source, stage: string, key: keyof Cors, message: string): Problem {
  const path = placeOf(source, stage, ['cors', key]);
  return problemAt(source, nodeAt(source, path) ?? nearestNode(source, path), path, `${renderPath(path)} ${message}`);
}

/** A rule would hand out what `cors` refuses. */
function ruleProblems(source: Source, stage: string, rules: Config['headers']): Problem[] {
  return Object.entries(rules).flatMap(([pattern, fields]) => {
    const name = Object.keys(fields).find(isCorsField);
    if (name === undefined) return [];
    const path = placeOf(source, stage, ['headers', pattern]);
    const marked = keyAt(source, path) ?? nearestNode(source, path);
    return [problemAt(source, marked, path, `${renderPath(path)} must not set ${name}: \`cors\` is there for it`)];
  });
}

export function isCorsField(name: string): boolean {
  return name.startsWith('access-control-');
}

function placeOf(source: Source, stage: string, path: Path): Path {
  const own = ['stages', stage, ...path];
  return nodeAt(source, own) ? own : path;
}

/** apex/up had `debug`, so it is taken. */
export function corsWarnings(source: Source, config: Config): Problem[] {
  const places = [[], ...Object.keys(config.stages).map((stage) => ['stages', stage])];
  return places.flatMap((place) => {
    const path = [...place, 'cors', 'debug'];
    const key = keyAt(source, path);
    return key ? [problemAt(source, key, path, `${renderPath(path)} does nothing: leave it out`)] : [];
  });
}
