/**
 * The two timeouts of an apex/up file that cannot be kept are lowered, each with one warning, because they were legal
 * there. Nothing else is ever changed quietly or loudly: it is refused.
 */
import { isRecord } from '../http/json.ts';
import { maxLambdaTimeout } from './lambda.ts';
import type { Path, Problem } from './problems.ts';
import { renderPath } from './problems.ts';
import { maxProxyTimeout } from './proxy.ts';
import { mergedStage } from './resolve.ts';
import type { Source } from './source.ts';
import { nearestNode, nodeAt, problemAt } from './source.ts';
import type { Config } from './types.ts';

export interface Clamped {
  readonly value: unknown;
  readonly warnings: Problem[];
}

/** Lowers every `lambda.timeout` that Lambda would refuse as too long. */
export function clampLambdaTimeouts(source: Source, file: unknown): Clamped {
  const warnings: Problem[] = [];
  const clamp = (holder: unknown, path: Path): unknown => {
    const timeout = isRecord(holder) && isRecord(holder.lambda) ? holder.lambda.timeout : undefined;
    if (!isRecord(holder) || !isRecord(holder.lambda) || !isTooLong(timeout)) return holder;
    warnings.push(lambdaWarning(source, [...path, 'lambda', 'timeout'], timeout));
    return { ...holder, lambda: { ...holder.lambda, timeout: maxLambdaTimeout } };
  };
  const top = clamp(file, []);
  if (!isRecord(top) || !isRecord(top.stages)) return { value: top, warnings };
  const stages = Object.entries(top.stages).map(([name, stage]) => [name, clamp(stage, ['stages', name])]);
  return { value: { ...top, stages: Object.fromEntries(stages) }, warnings };
}

function isTooLong(timeout: unknown): timeout is number {
  return Number.isInteger(timeout) && Number(timeout) > maxLambdaTimeout;
}

function lambdaWarning(source: Source, path: Path, timeout: number): Problem {
  const message = `${renderPath(path)} is at most ${maxLambdaTimeout} in Lambda: ${timeout} is taken as ${maxLambdaTimeout}`;
  return problemAt(source, nearestNode(source, path), path, message);
}

/** One warning for every place that makes a `proxy.timeout` outlast its function. resolveStage does the lowering. */
export function proxyTimeoutWarnings(source: Source, config: Config): Problem[] {
  const stages = Object.keys(config.stages).filter((name) => touchesTimeouts(config, name));
  return [
    ...overlong(source, config, []),
    ...stages.flatMap((name) => overlong(source, mergedStage(config, name), ['stages', name])),
  ];
}

function touchesTimeouts(config: Config, name: string): boolean {
  const { lambda, proxy } = config.stages[name] ?? {};
  if (lambda === null || proxy === null || lambda?.timeout !== undefined) return true;
  return proxy?.timeout !== undefined || proxy?.timeouts !== undefined;
}

function overlong(source: Source, { lambda, proxy }: Pick<Config, 'lambda' | 'proxy'>, holder: Path): Problem[] {
  const limit = maxProxyTimeout(lambda.timeout);
  const set: [Path, number | undefined][] = [
    [['timeout'], proxy.timeout],
    ...Object.entries(proxy.timeouts).map(([key, value]): [Path, number] => [['timeouts', key], value]),
  ];
  return set.flatMap(([key, value]) => {
    if (value === undefined || value <= limit) return [];
    const path = [...holder, 'proxy', ...key];
    const node = nodeAt(source, path) ?? nearestNode(source, [...holder, 'lambda', 'timeout']);
    const message = `${renderPath(path)} must end 0.5 s before lambda.timeout: ${value} is taken as ${limit}`;
    return [problemAt(source, node, path, message)];
  });
}
