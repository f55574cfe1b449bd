/**
 * `_up/config.json`: every stage as the proxy needs it, with the app's command taken apart here, so that nothing has to
 * be parsed or guessed inside Lambda. No environment: that travels with the version of the function.
 */
import { type Config, proxyConfig } from '../../config/index.ts';
import { type App, detect } from './detect.ts';
import { readInjected } from './inject.ts';

export async function packagedConfig(dir: string, config: Config): Promise<object> {
  const { version, stages } = proxyConfig(config);
  const entries = Object.entries(stages).map(async ([stage, settings]) => {
    const { command, ...proxy } = settings.proxy;
    const app = await detect(dir, { ...(command !== undefined && { command }), type: settings.type });
    const inject = await readInjected(dir, settings.inject);
    return [stage, { ...settings, proxy, inject, app: appCommand(app) }] as const;
  });
  return { version, stages: Object.fromEntries(await Promise.all(entries)) };
}

/** How the proxy starts the app. */
export function appCommand({ command, argv, interpreter }: App) {
  return { command, argv, node: interpreter === 'node' };
}
