/** `up [stage]`: build, plan, apply, verify, move, and the URL. */
import type { Command } from '../command.ts';

export const deploy: Command = {
  usage: ['$0 [stage]', 'deploy [stage]'],
  summary: 'deploy (default stage: staging)',
  examples: [
    ['up', 'deploy to staging'],
    ['up production', 'deploy to production'],
    ['up --local', 'deploy to a Lambda on this machine, no account needed'],
    ['URL=$(up)', 'the URL alone is on stdout'],
  ],
  options: (argv) =>
    argv
      .positional('stage', { type: 'string', default: 'staging', describe: 'stage to deploy to' })
      .option('check', { type: 'boolean', default: true, describe: 'boot the package here before it is uploaded' }),
  async run(context, args) {
    const { runDeploy } = await import('../deploy/run.ts');
    await runDeploy(context, { stage: String(args.stage), check: args.check !== false });
  },
};
