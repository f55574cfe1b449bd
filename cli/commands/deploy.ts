/** `up [stage]`: build, plan, apply, verify, move, and the URL. */
import type { Args, Command } from '../command.ts';
import { readCanary, readWatch, watchOptions } from '../releases/flags.ts';

export const deploy: Command = {
  usage: ['$0 [stage]', 'deploy [stage]'],
  summary: 'deploy (default stage: staging)',
  examples: [
    ['up', 'deploy to staging'],
    ['up production', 'deploy to production'],
    ['up --local', 'deploy to a Lambda on this machine, no account needed'],
    ['up --dry-run', 'show what would change, and what it costs; change nothing'],
    ['up deploy --preview my-branch', 'a URL of its own for a branch; up prune removes it'],
    ['up production --canary 10% --watch 2m', 'a tenth of the traffic; back if it fails'],
    ['URL=$(up)', 'the URL alone is on stdout'],
  ],
  options: (argv) =>
    watchOptions(argv)
      .positional('stage', { alias: 's', type: 'string', default: 'staging', describe: 'stage to deploy to' })
      .option('canary', { type: 'string', describe: 'give it a share of the traffic: 10%' })
      .option('check', {
        type: 'boolean',
        default: true,
        describe: '--no-check: upload it without booting it here first',
      })
      .option('dry-run', { type: 'boolean', default: false, describe: 'show what would be done' })
      .option('preview', { type: 'string', describe: 'deploy to a stage of its own, made as staging is' })
      .option('wait', { type: 'boolean', default: false, describe: 'wait for the certificate of a new domain' }),
  async run(context, args) {
    const stage = await stageOf(args);
    const [share, watch] = [readCanary(args), readWatch(args)];
    if (args.dryRun === true) return (await import('../deploy/show-plan.ts')).showPlan(context, { stage, share });
    const { runDeploy } = await import('../deploy/run.ts');
    await runDeploy(context, { stage, check: args.check !== false, share, watch, wait: args.wait === true });
  },
};

async function stageOf({ stage, preview }: Args): Promise<string> {
  if (preview === undefined) return String(stage);
  const [{ previewStage }, { UpError }] = await Promise.all([
    import('../deploy/preview-stage.ts'),
    import('../errors.ts'),
  ]);
  if (stage !== 'staging') throw new UpError('UP_USAGE', 'A preview is made as staging is: give a stage or --preview');
  return previewStage(String(preview));
}
