/** `hooks`: shell commands around build and deploy. An absent hook may be inferred; an empty list runs nothing. */
import { z } from 'zod';
import { mustBe, nonEmpty } from './values.ts';

const command = nonEmpty('a command');

/** Written as one command or as a list, always read as a list. */
const commands = z
  .union([command, z.array(command)], { error: mustBe('a command or a list of commands') })
  .transform((value): string[] => (Array.isArray(value) ? value : [value]));

function hook(when: string, example: string | string[]) {
  return commands.optional().meta({ description: `Runs ${when}.`, examples: [example] });
}

export const hooksSchema = z
  .strictObject({
    prebuild: hook('before the build', 'npm ci'),
    build: hook('to build the app', 'npm run build'),
    postbuild: hook('after the package is made', ['npm run size']),
    predeploy: hook('before the deploy', 'npm test'),
    postdeploy: hook('after the deploy', 'npm run smoke'),
    clean: hook('last in a deploy, whatever came of it, to remove what the build left', 'rm -rf dist'),
  })
  .meta({
    description: 'Shell commands, each a string or a list of strings run in order. A failing command ends the deploy.',
    examples: [{ build: 'npm run build' }],
  });
