/** What the proxy runs by: one stage of `_up/config.json`, as the CLI resolved it when it built the package. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Webhook } from '../config/types.ts';
import type { Features } from '../middleware/stack.ts';
import type { EventSettings } from './events/format.ts';
import type { AppCommand } from './relay/process.ts';

/** One stage as the proxy runs it; the members of `Features` are those of the middleware. */
export interface Settings extends Features {
  readonly name: string;
  readonly stage: string;
  /** Null where files are all there is. */
  readonly app: AppCommand | null;
  /** What alarms are posted to, by topic; only where there is any. */
  readonly webhooks?: Readonly<Record<string, Webhook>>;
  /** The base path the app does not see; '' for none. */
  readonly path: string;
  readonly proxy: Pick<EventSettings, 'events_path' | 'error_statuses'> & {
    readonly timeout: number;
    readonly timeouts: Readonly<Record<string, number>>;
    readonly listen_timeout: number;
    readonly background: number;
    readonly stream: boolean;
  };
}

/** The shape of `_up/config.json`. */
export interface PackagedConfig {
  readonly version: 1;
  readonly stages: Readonly<Record<string, Omit<Settings, 'stage'>>>;
}

/** Throws when the package was not built for this stage. */
export function readSettings(taskRoot: string, stage: string): Settings {
  const file = join(taskRoot, '_up', 'config.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as PackagedConfig;
  const settings = settingsOf(config, stage);
  if (settings === undefined)
    throw new Error(`UP_STAGE is "${stage}", ${file} knows ${Object.keys(config.stages).join(', ')}`);
  return { ...settings, stage };
}

/** A preview runs as staging does, without a domain and so without a base path; its name is known when it is deployed. */
function settingsOf({ stages }: PackagedConfig, stage: string): Omit<Settings, 'stage'> | undefined {
  if (Object.hasOwn(stages, stage)) return stages[stage];
  return stage.startsWith('preview-') && stages.staging ? { ...stages.staging, path: '' } : undefined;
}
