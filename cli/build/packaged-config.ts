/**
 * `_up/config.json`: every stage as the proxy needs it, with the app's command taken apart here, so that nothing has to
 * be parsed or guessed inside Lambda. No environment: that travels with the version of the function.
 */
import { type Config, proxyConfig } from '../../config/index.ts';
import { type App, detect } from './detect.ts';
import { readInjected } from './inject.ts';
import { asBuilt } from './next-server.ts';

export interface PackagedConfig {
  readonly version: number;
  readonly stages: Readonly<Record<string, PackagedStage>>;
}

/** What else it holds is between the configuration and the proxy. */
export interface PackagedStage {
  readonly app: (Pick<App, 'command' | 'argv'> & { readonly node: boolean }) | null;
  readonly proxy: { readonly background: number };
}

export async function packagedConfig(dir: string, config: Config): Promise<PackagedConfig> {
  const { version, stages } = proxyConfig(config);
  const entries = Object.entries(stages).map(async ([stage, settings]) => {
    const { command, ...proxy } = settings.proxy;
    const app = await asBuilt(dir, await detect(dir, detectBy(config, command)));
    const files = proxyConfig(typedBy(app, config)).stages[stage]?.static ?? null;
    const inject = await readInjected(dir, settings.inject);
    return [stage, { ...settings, proxy, static: files, inject, app: appCommand(app) }] as const;
  });
  return { version, stages: Object.fromEntries(await Promise.all(entries)) };
}

/** What up.json says to `detect`. */
export function detectBy({ type, bundle }: Config, command: string | undefined) {
  return { bundle, ...(command !== undefined && { command }), ...(type !== undefined && { type }) };
}

/** What up.json leaves open is what was found. */
export function typedBy({ kind, site }: App, config: Config): Config {
  const files = site && config.static.dir === undefined ? { ...site, ...config.static } : config.static;
  return { ...config, type: kind === 'static' ? 'static' : 'server', static: files };
}

/** How the proxy starts the app; null where files are all there is. */
export function appCommand({ kind, command, argv, interpreter }: App) {
  return kind === 'static' ? null : { command, argv, node: interpreter === 'node' };
}
