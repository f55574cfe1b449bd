/** Alerts that name somebody, or a stage, that is not there. */
import { didYouMean } from './nearest.ts';
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { mergedStage, stageNames } from './resolve.ts';
import type { Source } from './source.ts';
import { nearestNode, nodeAt, problemAt } from './source.ts';
import type { Config } from './types.ts';
import { listed } from './values.ts';

/** One problem for every place. */
export function alertProblems(source: Source, config: Config): Problem[] {
  const stages = stageNames(config);
  return stages.flatMap((stage) => {
    const { alerts, actions } = mergedStage(config, stage);
    const names = actions.map(({ name }) => name);
    if (alerts === 'default') return [];
    return alerts.flatMap((alert, index): Problem[] => {
      if (alert === 'default') return [];
      const at = place(source, stage, index);
      const unknown = [alert.action ?? []].flat().filter((name) => !names.includes(name));
      const problems = unknown.map((name) => problem(source, [...at, 'action'], noAction(name, names)));
      return alert.stage === undefined || stages.includes(alert.stage)
        ? problems
        : [...problems, problem(source, [...at, 'stage'], noStage(alert.stage, stages))];
    });
  });
}

/** A stage's own list stands in place of the one of all stages. */
function place(source: Source, stage: string, index: number): Path {
  const own = ['stages', stage, 'alerts'];
  return [...(nodeAt(source, own) ? own : ['alerts']), index];
}

function noAction(name: string, names: readonly string[]): string {
  if (names.length === 0) return `is "${name}", and there are no "actions"`;
  return `must be one of "actions", not "${name}"${didYouMean(name, names) || `: they are ${listed(names)}`}`;
}

function noStage(name: string, stages: readonly string[]): string {
  return `must be a stage, not "${name}"${didYouMean(name, stages) || `: they are ${listed(stages)}`}`;
}

function problem(source: Source, path: Path, message: string): Problem {
  const node = nodeAt(source, path) ?? nearestNode(source, path);
  return problemAt(source, node, path, `${renderPath(path)} ${message}`);
}
