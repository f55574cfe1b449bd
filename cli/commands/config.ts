/** `up config`: what up.json means, with every default in place. */
import type { Command } from '../command.ts';

export const config: Command = {
  usage: 'config',
  summary: 'print the resolved configuration',
  examples: [
    ['up config', 'as every stage sees it'],
    ['up config -s production', 'as production sees it'],
  ],
  options: (argv) => argv.option('stage', { alias: 's', type: 'string', describe: 'resolve for one stage' }),
  async run(context, args) {
    const { stageOf } = await import('../project.ts');
    const project = await context.project();
    for (const { message } of project.warnings) context.report.warn('Config', message);
    const resolved = args.stage === undefined ? project.config : stageOf(project, String(args.stage));
    context.result(JSON.stringify(resolved, null, 2), resolved);
  },
};
