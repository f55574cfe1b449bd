/** From the whole configuration to that of one stage, and to what the proxy in Lambda reads. */
import { webhooksOf } from './actions.ts';
import { resolveAlerts } from './alerts.ts';
import { merge } from './merge.ts';
import { didYouMean } from './nearest.ts';
import { configuredAs, isPreview } from './previews.ts';
import { ConfigError } from './problems.ts';
import { proxyTimeout } from './proxy.ts';
import { ownFirst } from './redirects.ts';
import { stageSchema } from './schema.ts';
import { builtinStages } from './stages.ts';
import { resolveStatic } from './static.ts';
import { streams } from './streaming.ts';
import type { Config, ProxyConfig, ProxyStage, StageConfig } from './types.ts';

/** Every stage of the app, `development` included: the three that always exist, then those of the file in its order. */
export function stageNames(config: Config): string[] {
  return [...new Set([...builtinStages, ...Object.keys(config.stages)])];
}

/** What holds in one stage, or in a preview. Throws a ConfigError with the code UP_STAGE_UNKNOWN for a name that is not a stage. */
export function resolveStage(config: Config, stage: string): StageConfig {
  const names = stageNames(config);
  if (!names.includes(configuredAs(stage))) throw unknownStage(stage, names);
  const merged = mergedStage(config, stage);
  const { proxy, lambda } = merged;
  const timeout = proxyTimeout(proxy.timeout, lambda.timeout);
  const timeouts = Object.fromEntries(
    Object.entries(proxy.timeouts).map(([path, seconds]) => [path, proxyTimeout(seconds, lambda.timeout)]),
  );
  const own = config.stages[stage] ?? {};
  const path = (own.path ?? '').replace(/\/$/, '');
  const domain = { domain: own.domain ?? null, path, zone: own.zone ?? true, cert: own.cert ?? null };
  const robots = merged.robots ?? stage === 'production';
  const files = resolveStatic(merged.static, merged.type);
  const alerts = stage === 'development' || isPreview(stage) ? [] : resolveAlerts(merged, stage);
  const resolved = { ...proxy, timeout, timeouts, stream: streams(merged) };
  return {
    ...merged,
    ...domain,
    otherDomains: otherDomains(config, stage),
    traced: anyStage(config, ({ tracing }) => tracing === 'active'),
    attached: anyStage(config, ({ vpc }) => Boolean(vpc)),
    stage,
    robots,
    alerts,
    static: files,
    proxy: resolved,
  };
}

/** Whether some stage is so, or all are: they share one role. */
function anyStage({ lambda, stages }: Config, is: (own: LambdaPart) => boolean): boolean {
  return [lambda, ...Object.values(stages).map((own) => own?.lambda)].some((own) => is(own ?? {}));
}

type LambdaPart = NonNullable<NonNullable<Config['stages'][string]>['lambda']>;

/** What the file gives to stages but this one. */
function otherDomains({ stages }: Config, stage: string): string[] {
  return Object.entries(stages).flatMap(([name, own]) => (name !== stage && own?.domain ? [own.domain] : []));
}

function unknownStage(stage: string, names: readonly string[]): ConfigError {
  const known = `The stages are ${names.join(', ')}`;
  return new ConfigError('UP_STAGE_UNKNOWN', `unknown stage "${stage}"${didYouMean(stage, names) || '.'} ${known}`);
}

/** The stage with its overrides merged and its defaults filled in, before the timeouts are fitted to each other. */
export function mergedStage(config: Config, stage: string): Omit<Config, 'stages'> {
  const { stages, ...base } = config;
  const name = configuredAs(stage);
  const { domain, path, zone, cert, ...overrides } = (Object.hasOwn(stages, name) ? stages[name] : undefined) ?? {};
  const merged = stageSchema.parse(merge(base, overrides));
  const lambda = { ...merged.lambda, ...sharedByStages(base.lambda) };
  return { ...merged, lambda, redirects: ownFirst(merged.redirects, base.redirects), name: config.name };
}

/** A stage that takes `lambda` back to its defaults takes nothing from the others. */
function sharedByStages({ policy, reserved }: Config['lambda']): Partial<Config['lambda']> {
  return { policy, ...(reserved !== undefined && { reserved }) };
}

/** What `_up/config.json` holds: every stage without what Lambda carries itself or the proxy has no use for. */
export function proxyConfig(config: Config): ProxyConfig {
  const stages = stageNames(config).map((name) => [name, toProxyStage(resolveStage(config, name))] as const);
  return { version: 1, stages: Object.fromEntries(stages) };
}

/** Everything but what only the CLI needs. */
function toProxyStage(config: StageConfig): ProxyStage {
  const {
    stage,
    type: _type,
    bundle: _bundle,
    description: _text,
    profile,
    regions,
    tags,
    environment,
    hooks,
    lambda,
    domain,
    otherDomains,
    traced,
    attached,
    zone,
    cert,
    alerts,
    actions,
    ...rest
  } = config;
  const { timeout, memory, runtime } = lambda;
  const webhooks = alerts.length > 0 ? webhooksOf(config.name, stage, actions) : null;
  return { ...rest, lambda: { timeout, memory, runtime }, ...(webhooks && { webhooks }) };
}
