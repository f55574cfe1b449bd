/** `up url [stage]`: where the app is live. */
import { spawn } from 'node:child_process';
import type { Command } from '../command.ts';

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
    const [{ findUrl }, { stageOf }] = await Promise.all([import('../aws/url.ts'), import('../project.ts')]);
    const project = await context.project();
    const config = stageOf(project, String(args.stage));
    const found = await findUrl(await context.session(), config);
    if (args.copy) await pipeTo(clipboardCommands, found);
    if (args.open) await pipeTo(browserCommands(found), '');
    context.result(found, { stage: config.stage, url: found });
  },
};

type CommandLine = readonly [string, ...string[]];

/** Tried in turn: the first that exists does it. */
const clipboardCommands: readonly CommandLine[] = [
  ['pbcopy'],
  ['wl-copy'],
  ['xclip', '-selection', 'clipboard'],
  ['xsel', '--clipboard', '--input'],
  ['clip.exe'],
];

function browserCommands(target: string): readonly CommandLine[] {
  if (process.platform === 'darwin') return [['open', target]];
  if (process.platform === 'win32') return [['explorer.exe', target]];
  return [['xdg-open', target]];
}

async function pipeTo(commands: readonly CommandLine[], input: string): Promise<void> {
  for (const command of commands) if (await runs(command, input)) return;
  const { UpError } = await import('../errors.ts');
  const names = commands.map(([name]) => name).join(', ');
  throw new UpError('UP_USAGE', `None of ${names} is installed here`, { hint: 'use the URL that "up url" prints' });
}

function runs([name, ...args]: CommandLine, input: string): Promise<boolean> {
  return new Promise((resolve) => {
    const child = spawn(name, args, { stdio: ['pipe', 'ignore', 'ignore'] });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
