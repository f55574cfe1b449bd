/** `up promote`: what is live on one stage goes to another, or a canary gets all of the traffic. */
import type { Args, Command } from '../command.ts';
import { UpError } from '../errors.ts';
import { readWatch, watchOptions } from '../releases/flags.ts';

export const promote: Command = {
  usage: 'promote [from] [to]',
  summary: 'the same build from stage to stage',
  examples: [
    ['up promote staging production', 'what was tried on staging, byte for byte'],
    ['up promote', 'all of the traffic of staging for its canary'],
    ['up promote -s production --watch 5m', 'the same on production; back if it fails'],
  ],
  options: (argv) =>
    watchOptions(argv)
      .positional('from', { type: 'string', describe: 'stage whose release it is' })
      .positional('to', { type: 'string', describe: 'stage that gets it' })
      .option('stage', { alias: 's', type: 'string', describe: 'stage whose canary is finished: staging' }),
  async run(context, args) {
    const watch = readWatch(args);
    const stages = readStages(args);
    if (stages === null) {
      const { runFinish } = await import('../releases/finish.ts');
      return runFinish(context, String(args.stage ?? 'staging'), watch);
    }
    const { runPromote } = await import('../releases/promote.ts');
    return runPromote(context, { ...stages, watch });
  },
};

/** Null when it is about a canary. */
function readStages({ from, to, stage }: Args): { from: string; to: string } | null {
  if (from === undefined) return null;
  if (to === undefined || stage !== undefined) {
    throw new UpError('UP_USAGE', 'A promotion takes two stages, or none to finish a canary', {
      hint: 'up promote staging production, or up promote -s production',
    });
  }
  if (from === to) throw new UpError('UP_USAGE', `${from} has its own release already`, { hint: 'up releases' });
  return { from: String(from), to: String(to) };
}
