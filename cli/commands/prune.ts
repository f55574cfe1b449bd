/** `up prune`: previews that are over, old versions, leftovers. */
import type { Command } from '../command.ts';

export const prune: Command = {
  usage: 'prune [previews..]',
  summary: 'remove previews, old versions, leftovers',
  examples: [
    ['up prune --dry-run', 'list what would go, and why'],
    ['up prune my-branch', 'the preview of a branch, whatever its age'],
    ['up prune --older-than 12h', 'every preview that was deployed longer ago'],
    ['up prune --retain 3 -y', 'keep three versions of each stage, ask nothing'],
  ],
  options: (argv) =>
    argv
      .positional('previews', { type: 'string', array: true, default: [], describe: 'only these previews' })
      .option('older-than', { type: 'string', default: '7d', describe: 'age at which a preview goes' })
      .option('retain', { type: 'string', default: '10', describe: 'newest versions of each stage that stay' })
      .option('yes', { alias: 'y', type: 'boolean', default: false, describe: 'ask nothing' })
      .option('dry-run', { type: 'boolean', default: false, describe: 'list what would be removed' }),
  async run(context, { previews, olderThan, retain, yes, dryRun }) {
    const { runPrune } = await import('../stack/prune.ts');
    await runPrune(context, {
      previews: [previews].flat().map(String),
      olderThan: String(olderThan),
      retain: String(retain),
      yes: yes === true,
      dryRun: dryRun === true,
    });
  },
};
