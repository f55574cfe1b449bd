/** `up url [stage]`: where the app is live. */
import type { Command } from '../command.ts';
import { browserCommands, clipboardCommands, pipeTo } from '../programs.ts';

export const url: Command = {
  usage: 'url [stage]',
  summary: 'print the URL (-o opens it, -c copies it)',
  examples: [
    ['up url', 'print the URL of staging'],
    ['up url production -o', 'open production in the browser'],
  ],
  options: (argv) =>
    argv
      .positional('stage', { alias: 's', type: 'string', default: 'staging', describe: 'stage' })
      .option('open', { alias: 'o', type: 'boolean', describe: 'open it in the browser' })
      .option('copy', { alias: 'c', type: 'boolean', describe: 'copy it to the clipboard' }),
  async run(context, args) {
    const [{ findUrl }, { stageOf }] = await Promise.all([import('../aws/url.ts'), import('../project/project.ts')]);
    const project = await context.project();
    const config = stageOf(project, String(args.stage));
    const found = await findUrl(await context.session(), config);
    if (args.copy) await hand(clipboardCommands, found);
    if (args.open) await hand(browserCommands(found), '');
    context.result(found, { stage: config.stage, url: found });
  },
};

async function hand(commands: Parameters<typeof pipeTo>[0], input: string): Promise<void> {
  if (await pipeTo(commands, input)) return;
  const { UpError } = await import('../errors.ts');
  const names = commands.map(([name]) => name).join(', ');
  throw new UpError('UP_USAGE', `None of ${names} is installed here`, { hint: 'use the URL that "up url" prints' });
}
