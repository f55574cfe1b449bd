/** Programs of the machine that do something for its user: its browser, its clipboard. */
import { spawn } from 'node:child_process';

type CommandLine = readonly [string, ...string[]];

/** Each is tried in turn: the first that exists does it. */
export const clipboardCommands: readonly CommandLine[] = [
  ['pbcopy'],
  ['wl-copy'],
  ['xclip', '-selection', 'clipboard'],
  ['xsel', '--clipboard', '--input'],
  ['clip.exe'],
];

export function browserCommands(target: string, platform: NodeJS.Platform = process.platform): readonly CommandLine[] {
  if (platform === 'darwin') return [['open', target]];
  // explorer.exe would open it as well, and then end with 1.
  if (platform === 'win32') return [['rundll32.exe', 'url.dll,FileProtocolHandler', target]];
  return [['xdg-open', target]];
}

/** False when none of them could do it. */
export async function pipeTo(commands: readonly CommandLine[], input: string): Promise<boolean> {
  for (const command of commands) if (await runs(command, input)) return true;
  return false;
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
