/** The configuration of an app: reading up.json and resolving it for a stage. */

export { topicName } from './actions.ts';
export { parsePath, renameKey, unsetKey } from './edit.ts';
export { nameRefusal } from './environment.ts';
export { bytesOf, maxEnvironmentBytes } from './environment-size.ts';
export { withHeadersFile } from './headers-file.ts';
export type { ParsedConfig, ParseOptions } from './load.ts';
export { parseConfig } from './load.ts';
export { type Front, knownMetric, type MetricSource } from './metrics.ts';
export { configuredAs, isPreview, longestPreviewName, previewPrefix } from './previews.ts';
export type { ConfigErrorCode, Problem } from './problems.ts';
export { ConfigError } from './problems.ts';
export { renderProblems } from './render.ts';
export { proxyConfig, resolveStage, stageNames } from './resolve.ts';
export { jsonProblems } from './source.ts';
export type { Action, Alert, Config, ProxyConfig, ProxyStage, StageConfig, StageOverride, Webhook } from './types.ts';
export { warmMinutes } from './warm-rate.ts';
