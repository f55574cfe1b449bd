/** `up config`: what up.json means, with every default in place; and edits that keep its comments. */
import type { Command } from '../command.ts';

export const config: Command = {
  usage: 'config',
  summary: 'print the resolved configuration',
  examples: [
    ['up config', 'as every stage sees it'],
    ['up config -s production', 'as production sees it'],
    ['up config --unset lambda.memory', 'take a key out of up.json: its default holds'],
    ['up config --rename enviroment=environment', 'give a key another name'],
  ],
  options: (argv) =>
    argv
      .option('stage', { alias: 's', type: 'string', describe: 'resolve for one stage' })
      .option('unset', { type: 'string', describe: 'take a key out of up.json' })
      .option('rename', { type: 'string', describe: 'rename a key of up.json: PATH=NAME' }),
  async run(context, args) {
    if (args.unset !== undefined || args.rename !== undefined) {
      const { editConfig } = await import('../project/edit-config.ts');
      return editConfig(context, { unset: textOf(args.unset), rename: textOf(args.rename) });
    }
    const { stageOf } = await import('../project/project.ts');
    const project = await context.project();
    for (const { message } of project.warnings) context.report.warn('Config', message);
    const resolved = args.stage === undefined ? project.config : stageOf(project, String(args.stage));
    context.result(JSON.stringify(resolved, null, 2), resolved);
  },
};

function textOf(value: unknown): string | undefined {
  return value === undefined ? undefined : String(value);
}
