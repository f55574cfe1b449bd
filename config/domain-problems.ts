/** What cannot hold of the domains of the stages. */
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { mergedStage, stageNames } from './resolve.ts';
import type { Source } from './source.ts';
import { nearestNode, nodeAt, problemAt } from './source.ts';
import type { Config } from './types.ts';

/** What cannot work, or would give one address to two stages. */
export function domainProblems(source: Source, config: Config): Problem[] {
  const taken = new Map<string, string>();
  return stageNames(config).flatMap((stage) => {
    const own = config.stages[stage];
    if (!own?.domain) return stranded(source, stage, own ?? {});
    const address = `${own.domain}${(own.path ?? '').replace(/\/$/, '')}`;
    const holder = taken.get(address);
    taken.set(address, stage);
    return [
      ...(holder === undefined ? [] : [problem(source, stage, 'domain', `is that of ${holder}: give one a "path"`)]),
      ...frontProblems(source, config, stage),
      ...zoneProblems(source, stage, own.domain, own.zone),
    ];
  });
}

function stranded(source: Source, stage: string, own: { readonly [key: string]: unknown }): Problem[] {
  const keys = ['zone', 'cert'].filter((key) => own[key] !== undefined && own[key] !== null);
  return keys.map((key) => problem(source, stage, key, 'needs a "domain", which this stage does not have'));
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html */
function frontProblems(source: Source, config: Config, stage: string): Problem[] {
  if (mergedStage(config, stage).url !== 'function_url') return [];
  const reason = 'cannot be: a Function URL has no custom domain. Set "url" to "http_api", or leave "domain" out';
  return [problem(source, stage, 'domain', reason)];
}

function zoneProblems(source: Source, stage: string, domain: string, zone: unknown): Problem[] {
  if (typeof zone !== 'string' || domain === zone || domain.endsWith(`.${zone}`)) return [];
  return [problem(source, stage, 'zone', `cannot hold "${domain}", which does not end in it`)];
}

function problem(source: Source, stage: string, key: string, message: string): Problem {
  const path: Path = ['stages', stage, key];
  const node = nodeAt(source, path) ?? nearestNode(source, path);
  return problemAt(source, node, path, `${renderPath(path)} ${message}`);
}
