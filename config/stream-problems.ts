/** The one combination in which a stage cannot stream. */
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { mergedStage, stageNames } from './resolve.ts';
import type { Source } from './source.ts';
import { nearestNode, nodeAt, problemAt } from './source.ts';
import { streams } from './streaming.ts';
import type { Config } from './types.ts';

/** One problem for every place that asks for a stream through an HTTP API. */
export function streamProblems(source: Source, config: Config): Problem[] {
  return stageNames(config).flatMap((name) => {
    const merged = mergedStage(config, name);
    if (!streams(merged) || merged.url === 'function_url' || merged.proxy.front === 'rest') return [];
    const path = placeOf(source, name);
    const message = `${renderPath(path)} cannot be true: an HTTP API does not stream. Set "url" to "function_url", or "front" to "rest" if a REST API of your own streams`;
    return [problemAt(source, nodeAt(source, path) ?? nearestNode(source, path), path, message)];
  });
}

function placeOf(source: Source, stage: string): Path {
  const own = ['stages', stage, 'proxy', 'stream'];
  return nodeAt(source, own) ? own : ['proxy', 'stream'];
}
