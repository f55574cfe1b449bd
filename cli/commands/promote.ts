/** `up promote <from> <to>`: what is live on one stage goes to another. */
import type { Command } from '../command.ts';
import { UpError } from '../errors.ts';

export const promote: Command = {
  usage: 'promote [from] [to]',
  summary: 'the same build from stage to stage',
  examples: [['up promote staging production', 'what was tried on staging, byte for byte']],
  options: (argv) =>
    argv
      .positional('from', { type: 'string', describe: 'stage whose release it is' })
      .positional('to', { type: 'string', describe: 'stage that gets it' }),
  async run(context, args) {
    const { from, to } = args;
    if (from === undefined || to === undefined) {
      throw new UpError('UP_USAGE', 'A promotion takes two stages', { hint: 'up promote staging production' });
    }
    if (from === to) throw new UpError('UP_USAGE', `${from} has its own release already`, { hint: 'up releases' });
    const { runPromote } = await import('../releases/promote.ts');
    await runPromote(context, { from: String(from), to: String(to) });
  },
};
