/** `up init`: a new app from a template, or the up.json of one that is there. */
import type { Args, Command } from '../command.ts';
import { defaultTemplate, type TemplateName, templateNames } from '../init/templates.ts';

export const init: Command = {
  usage: 'init [folder]',
  summary: 'begin an app, or write up.json for one',
  examples: [
    ['up init', 'in this folder, after three questions at most'],
    ['up init shop', 'in a folder of its own'],
    ['up init shop --template express', 'with Express'],
    ['up init --yes', 'without a question'],
  ],
  options: (argv) =>
    argv
      .positional('folder', { type: 'string', describe: 'where to write it (default: this folder)' })
      .option('template', { choices: templateNames, describe: `what to begin with (default: ${defaultTemplate})` })
      .option('name', { type: 'string', describe: 'name of the app (default: that of the folder)' })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'ask nothing, and take the defaults' }),
  async run(context, args) {
    const { runInit } = await import('../init/run.ts');
    await runInit(context, {
      folder: textOf(args.folder),
      template: args.template as TemplateName | undefined,
      name: textOf(args.name),
      yes: args.yes === true,
    });
  },
};

function textOf(value: Args[string]): string | undefined {
  return value === undefined ? undefined : String(value);
}
