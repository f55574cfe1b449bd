/** `up stack`: what the app consists of in AWS, what a deploy would make of it, and its end. */

import type { Args, Command, Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { deleteFlags, withDeleteOptions } from './delete.ts';

export const stack: Command = {
  usage: 'stack <do> [stage]',
  summary: 'plan, apply, status or delete an app',
  examples: [
    ['up stack plan production', 'show what a deploy would change; change nothing'],
    ['up stack apply production', 'deploy'],
    ['up stack status', 'every resource of every stage, and how it differs from up.json'],
    ['up stack delete', 'the same as up delete'],
  ],
  options: (argv) =>
    withDeleteOptions(
      argv
        .positional('do', { choices: ['plan', 'apply', 'status', 'delete'] as const, describe: 'what to do' })
        .positional('stage', {
          alias: 's',
          type: 'string',
          describe: 'stage (plan, apply: staging; status, delete: all)',
        }),
    ),
  async run(context, args) {
    const action = actions[String(args.do)];
    if (action === undefined) throw new UpError('UP_USAGE', 'up stack needs plan, apply, status or delete');
    await action(context, args);
  },
};

const actions: Readonly<Record<string, (context: Context, args: Args) => Promise<void>>> = {
  async plan(context, { stage = 'staging' }) {
    await (await import('../deploy/show-plan.ts')).showPlan(context, { stage: String(stage) });
  },
  async apply(context, { stage = 'staging' }) {
    await (await import('../deploy/run.ts')).runDeploy(context, { stage: String(stage), check: true });
  },
  async status(context, { stage }) {
    const { showStatus } = await import('../stack/status.ts');
    await showStatus(context, stage === undefined ? null : String(stage));
  },
  async delete(context, args) {
    await (await import('../stack/delete.ts')).runDelete(context, deleteFlags(args));
  },
};
