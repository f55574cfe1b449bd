/** `up doctor`: what is wrong here, and the one line that fixes each problem. */
import type { Command } from '../command.ts';

export const doctor: Command = {
  usage: 'doctor',
  summary: 'what is wrong, and how to fix it',
  examples: [
    ['up doctor', 'Node, up.json, the app, identity, permissions, stages, leftovers'],
    ['up doctor --no-check', 'without building and booting the app'],
    ['up doctor --policy > policy.json', 'the IAM policy that deploying this app needs'],
    ['up doctor --json | jq -r ".checks[].fix // empty"', 'the fixes alone'],
  ],
  options: (argv) =>
    argv
      .option('check', {
        type: 'boolean',
        default: true,
        describe: '--no-check: leave out building and booting the app',
      })
      .option('policy', { type: 'boolean', describe: 'print the policy that deploys need, and nothing else' })
      .option('missing', { type: 'boolean', describe: 'print the part of it that is not allowed' })
      .conflicts('policy', 'missing'),
  async run(context, args) {
    if (args.policy === true || args.missing === true) {
      const { printPolicy } = await import('../doctor/print-policy.ts');
      return printPolicy(context, args.policy === true ? 'all' : 'missing');
    }
    const { runDoctor } = await import('../doctor/run.ts');
    await runDoctor(context, { check: args.check === true });
  },
};
