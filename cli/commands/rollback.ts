/** `up rollback [to]`: a stage goes back to an earlier release. */
import type { Command } from '../command.ts';

export const rollback: Command = {
  usage: 'rollback [to]',
  summary: 'point a stage at an earlier release',
  examples: [
    ['up rollback', 'what was live before on staging; again, and it is undone'],
    ['up rollback v7 -s production', 'a version'],
    ['up rollback 9f8e7d6', 'a commit'],
    ['up rollback v1.2.0', 'a tag of git'],
  ],
  options: (argv) =>
    argv
      .positional('to', { type: 'string', describe: 'a version, a commit or a tag' })
      .option('stage', { alias: 's', type: 'string', default: 'staging', describe: 'stage' }),
  async run(context, args) {
    const { runRollback } = await import('../releases/rollback.ts');
    await runRollback(context, {
      stage: String(args.stage),
      to: args.to === undefined ? undefined : String(args.to),
    });
  },
};
