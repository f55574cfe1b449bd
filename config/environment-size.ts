/** Whether the variables of each stage fit into what Lambda keeps for them. */
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { mergedStage, stageNames } from './resolve.ts';
import type { Source } from './source.ts';
import { keyAt, nearestNode, nodeAt, problemAt } from './source.ts';
import type { Config } from './types.ts';

type Variables = Config['environment'];

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: 4 KB, names and values together. */
export const maxEnvironmentBytes = 4096;
/** What the variables that a deploy adds (UP_STAGE and its like) take. */
const ownBytes = 200;
const namesShown = 3;

/** One problem for every place that gives a deployed stage more than Lambda takes. */
export function environmentProblems(source: Source, config: Config): Problem[] {
  // `development` is never deployed, and a laptop has room.
  const stages = stageNames(config).filter((name) => name !== 'development');
  return stages.flatMap((name) => {
    const { environment } = mergedStage(config, name);
    return sizeOf(environment) <= maxEnvironmentBytes ? [] : [tooLarge(source, placeOf(source, name), environment)];
  });
}

function sizeOf(environment: Variables): number {
  return bytesOf(environment) + ownBytes;
}

/** As Lambda measures them: bytes of the JSON. */
export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

function placeOf(source: Source, stage: string): Path {
  const own = ['stages', stage, 'environment'];
  return nodeAt(source, own) ? own : ['environment'];
}

/** Names, never a value: values may be secret, and errors end up in the logs of a CI. */
function tooLarge(source: Source, path: Path, environment: Variables): Problem {
  const size = `is ${sizeOf(environment)} bytes as JSON, with ${ownBytes} for what up adds: Lambda takes ${maxEnvironmentBytes}`;
  const message = `${renderPath(path)} ${size}. The largest are ${largest(environment).join(', ')}`;
  const marked = keyAt(source, path) ?? nearestNode(source, path);
  return { ...problemAt(source, marked, path, message), value: undefined, hidesLine: true };
}

/** `NAME (1200 bytes)`, the largest first. */
function largest(environment: Variables): string[] {
  return Object.entries(environment)
    .map(([name, value]) => ({ name, bytes: bytesOf(value) }))
    .sort((a, b) => b.bytes - a.bytes)
    .slice(0, namesShown)
    .map(({ name, bytes }) => `${name} (${bytes} bytes)`);
}
