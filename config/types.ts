/** What the rest of the project knows of the configuration. Types only: importing this file loads nothing. */
import type { z } from 'zod';
import type { Webhook } from './actions.ts';
import type { Alert } from './alerts.ts';
import type { fileSchema, stageSchema } from './schema.ts';
import type { stageOverrideSchema } from './stages.ts';
import type { StaticFiles } from './static.ts';

/**
 * up.json, validated, with its defaults. What a stage makes of it is resolveStage's to say: `proxy.timeout` in
 * particular stays absent here unless it is in the file, because its default follows the stage's `lambda.timeout`.
 */
export type Config = Omit<z.output<typeof fileSchema>, '$schema' | 'name'> & { name: string };

export type { Action, Webhook } from './actions.ts';
export type { Alert } from './alerts.ts';
export type { Redirects } from './redirects.ts';

export type StageOverride = z.output<typeof stageOverrideSchema>;

type Resolved = z.output<typeof stageSchema>;

/** Everything that holds in one stage. */
export type StageConfig = Omit<Resolved, 'name' | 'proxy' | 'robots' | 'static' | 'alerts'> & {
  stage: string;
  name: string;
  /** The custom domain; null for none. */
  domain: string | null;
  /** Domains of other stages of the app. */
  otherDomains: readonly string[];
  /** Some stage of the app is traced by X-Ray: they share one role. */
  traced: boolean;
  /** Some stage of the app is attached to a VPC. */
  attached: boolean;
  /** The base path the app does not see; '' for none. */
  path: string;
  /** The hosted zone of the domain: true to look for it, false to leave DNS alone. */
  zone: boolean | string;
  /** The ARN of the certificate to take; null to find or request one. */
  cert: string | null;
  robots: boolean;
  /** None in `development` and in previews. */
  alerts: readonly Alert[];
  /** Null when no files are served. */
  static: StaticFiles | null;
  proxy: Resolved['proxy'] & { timeout: number; stream: boolean };
};

/** The part of a stage that the proxy in Lambda needs. No environment: it travels with the version of the function. */
export type ProxyStage = Omit<
  StageConfig,
  | 'stage'
  | 'type'
  | 'bundle'
  | 'description'
  | 'profile'
  | 'regions'
  | 'tags'
  | 'environment'
  | 'hooks'
  | 'lambda'
  | 'domain'
  | 'otherDomains'
  | 'traced'
  | 'attached'
  | 'zone'
  | 'cert'
  | 'alerts'
  | 'actions'
> & {
  /** What alarms are posted to, by topic; only where there is any. */
  webhooks?: Readonly<Record<string, Webhook>>;
  lambda: Pick<StageConfig['lambda'], 'timeout' | 'memory' | 'runtime'>;
};

/** `_up/config.json`. */
export interface ProxyConfig {
  version: 1;
  stages: Record<string, ProxyStage>;
}
