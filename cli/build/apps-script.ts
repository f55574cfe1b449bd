/** `_up/apps.bash`: how each stage starts its app, out of `_up/config.json`, for `_up/start.bash`, which reads no JSON. */
import { inQuotes } from '../argv/shell.ts';
import type { PackagedConfig, PackagedStage } from './packaged-config.ts';

export function appsScript({ stages }: PackagedConfig): string {
  const cases = Object.entries(stages).map(([stage, settings]) => caseOf(inQuotes(stage), settings));
  // Any other preview runs as staging does.
  if (stages.staging) cases.push(caseOf('preview-*', stages.staging));
  return `# How each stage starts its app.\ncase \${UP_STAGE-staging} in\n${cases.join('\n')}\nesac\n`;
}

function caseOf(pattern: string, { app, proxy }: PackagedStage): string {
  if (app === null) return `  ${pattern}) ;;`;
  const argv = app.argv ?? ['/bin/sh', '-c', app.command];
  const settings = [`up_argv=(${argv.map(inQuotes).join(' ')})`];
  if (app.node) settings.push('up_hook=1');
  if (app.node && proxy.background > 0) settings.push('up_background=1');
  return `  ${pattern}) ${settings.join(' ')} ;;`;
}
