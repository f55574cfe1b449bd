/** `up status [stage]`: what each stage is at. */
import type { Command } from '../command.ts';

export const status: Command = {
  usage: 'status [stage]',
  summary: 'stages, versions, traffic, URLs',
  examples: [
    ['up status', 'every stage: what is live, by whom, since when, and where'],
    ['up status production', 'one stage'],
    ['up status --json | jq .stages[].url', 'for programs'],
  ],
  options: (argv) => argv.positional('stage', { alias: 's', type: 'string', describe: 'only this stage' }),
  async run(context, args) {
    const { showStatus } = await import('../status/show.ts');
    await showStatus(context, args.stage === undefined ? null : String(args.stage));
  },
};
