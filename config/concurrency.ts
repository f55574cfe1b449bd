/** Whether what a stage keeps warm or ready is possible, and how often a schedule pings it. */
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { mergedStage, stageNames } from './resolve.ts';
import type { Source } from './source.ts';
import { nearestNode, nodeAt, problemAt } from './source.ts';
import type { Config } from './types.ts';

/** One problem for every place that asks for more environments than are reserved. */
export function concurrencyProblems(source: Source, config: Config): Problem[] {
  // `development` is never deployed.
  const stages = stageNames(config).filter((name) => name !== 'development');
  return stages.flatMap((name) => {
    const { warm, warm_count, provisioned, reserved } = mergedStage(config, name).lambda;
    if (reserved === undefined) return [];
    return [
      ...(warm && warm_count > reserved ? [tooMany(source, name, 'warm_count', warm_count, reserved)] : []),
      ...(provisioned > reserved ? [tooMany(source, name, 'provisioned', provisioned, reserved)] : []),
    ];
  });
}

function tooMany(source: Source, stage: string, key: string, count: number, reserved: number): Problem {
  const own = ['stages', stage, 'lambda', key];
  const path: Path = nodeAt(source, own) ? own : ['lambda', key];
  const node = nodeAt(source, path) ?? nearestNode(source, path);
  const message = `${renderPath(path)} is ${count}, and only ${reserved} environments are reserved: raise lambda.reserved or lower it`;
  return problemAt(source, node, path, message);
}
