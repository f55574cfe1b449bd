/** `up warm status [stage]`: whether a stage is kept warm, and how well. */
import type { Command } from '../command.ts';

export const warm: Command = {
  usage: 'warm <do> [stage]',
  summary: 'how many environments answered, or were cold',
  examples: [
    ['up warm status production', 'the schedule, and what came of its last pings'],
    ['up warm status --json | jq .pings[0].cold', 'for programs'],
  ],
  options: (argv) =>
    argv
      .positional('do', { choices: ['status'] as const, describe: 'what to do' })
      .positional('stage', { alias: 's', type: 'string', default: 'staging', describe: 'stage' }),
  async run(context, args) {
    const { showWarm } = await import('../warm/status.ts');
    await showWarm(context, String(args.stage));
  },
};
