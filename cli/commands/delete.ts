/** `up delete [stage]`: the end of a stage, or of the whole app. */
import type { Argv } from 'yargs';
import type { Args, Command } from '../command.ts';
import type { DeleteFlags } from '../stack/delete.ts';

export const remove: Command = {
  usage: 'delete [stage]',
  summary: 'delete a stage, or the app: lists, then asks',
  examples: [
    ['up delete', 'the app with all its stages and logs'],
    ['up delete --dry-run', 'list what would go'],
    ['up delete staging', 'its URL and its versions; other stages stay'],
    ['up delete --retain log-group', 'keep the logs'],
    ['up delete -y', 'without a question'],
  ],
  options: (argv) =>
    withDeleteOptions(
      argv.positional('stage', { alias: 's', type: 'string', describe: 'only this stage; without, everything' }),
    ),
  async run(context, args) {
    await (await import('../stack/delete.ts')).runDelete(context, deleteFlags(args));
  },
};

export function withDeleteOptions(argv: Argv): Argv {
  return argv
    .option('retain', { type: 'string', describe: 'types to keep: log-group,role' })
    .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'ask nothing' })
    .option('dry-run', { type: 'boolean', default: false, describe: 'list what would be deleted' });
}

export function deleteFlags({ stage, retain, yes, dryRun }: Args): DeleteFlags {
  return {
    stage: stage === undefined ? null : String(stage),
    // Given twice, it is a list.
    retain: retain === undefined ? [] : [retain].flat().map(String),
    yes: yes === true,
    dryRun: dryRun === true,
  };
}
