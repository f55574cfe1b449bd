/** What the rest of the project knows of the configuration. Types only: importing this file loads nothing. */
import type { z } from 'zod';
import type { fileSchema, stageSchema } from './schema.ts';
import type { stageOverrideSchema } from './stages.ts';

/**
 * up.json, validated, with its defaults. What a stage makes of it is resolveStage's to say: `proxy.timeout` in
 * particular stays absent here unless it is in the file, because its default follows the stage's `lambda.timeout`.
 */
export type Config = Omit<z.output<typeof fileSchema>, '$schema' | 'name'> & { name: string };

export type StageOverride = z.output<typeof stageOverrideSchema>;

type Resolved = z.output<typeof stageSchema>;

/** Everything that holds in one stage. */
export type StageConfig = Omit<Resolved, 'name' | 'proxy' | 'robots'> & {
  stage: string;
  name: string;
  /** The base path the app does not see; '' for none. */
  path: string;
  robots: boolean;
  proxy: Resolved['proxy'] & { timeout: number; stream: boolean };
};

/** The part of a stage that the proxy in Lambda needs. No environment: it travels with the version of the function. */
export type ProxyStage = Pick<
  StageConfig,
  | 'name'
  | 'type'
  | 'proxy'
  | 'logs'
  | 'url'
  | 'path'
  | 'robots'
  | 'powered_by'
  | 'error_pages'
  | 'inject'
  | 'basic_auth'
  | 'maintenance'
> & {
  lambda: Pick<StageConfig['lambda'], 'timeout' | 'memory' | 'runtime'>;
};

/** `_up/config.json`. */
export interface ProxyConfig {
  version: 1;
  stages: Record<string, ProxyStage>;
}
