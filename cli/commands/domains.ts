/** `up domains [ls|status]`: what the domains of the app lead to, and what is still to do for them. */
import type { Command } from '../command.ts';

export const domains: Command = {
  usage: 'domains [action]',
  summary: 'domains, certificates, records to add',
  examples: [
    ['up domains', 'the domain of every stage'],
    ['up domains status -s production', 'its certificate, its records, whether DNS answers'],
    ['"domain": "api.example.com"', 'in a stage of up.json adds one with the next deploy'],
  ],
  options: (argv) =>
    argv
      .positional('action', { choices: ['ls', 'status'] as const, default: 'ls', describe: 'one line each, or all' })
      .option('stage', { alias: 's', type: 'string', describe: 'of one stage alone' }),
  async run(context, args) {
    const { listDomains } = await import('../domains/list.ts');
    const stage = args.stage === undefined ? undefined : String(args.stage);
    await listDomains(context, { detailed: args.action === 'status', stage });
  },
};
