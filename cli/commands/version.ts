/** `up version`: the bare number. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from '../command.ts';
import { packageRoot } from '../paths.ts';

export const version: Command = {
  usage: 'version',
  summary: 'print the version',
  examples: [['up version', 'the same as up -V']],
  options: (argv) => argv,
  async run(context) {
    const number = readVersion();
    context.result(number, { version: number });
  },
};

/** Of this program. */
export function readVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }).version;
}
