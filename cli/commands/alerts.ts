/** `up alerts`: what watches a stage, and whom it tells; `up alerts test` proves that it does. */
import type { Command } from '../command.ts';

export const alerts: Command = {
  usage: 'alerts [action] [name]',
  summary: 'alarms and their state; test: try them',
  examples: [
    ['up alerts', 'the alarms of staging, and whom they tell'],
    ['up alerts test -s production', 'set one off for every action, and see it arrive'],
    ['up alerts test http.5xx', 'this one'],
    ['"alerts": "default"', 'in up.json makes four with the next deploy'],
  ],
  options: (argv) =>
    argv
      .positional('action', { choices: ['ls', 'test'] as const, default: 'ls', describe: 'list them, or try them' })
      .positional('name', { type: 'string', describe: 'of the alert to try' })
      .option('stage', { alias: 's', type: 'string', default: 'staging', describe: 'stage' }),
  async run(context, args) {
    const stage = String(args.stage);
    if (args.action === 'test') {
      const { testAlerts } = await import('../alerts/test.ts');
      return testAlerts(context, stage, args.name === undefined ? null : String(args.name));
    }
    if (args.name !== undefined) {
      const { UpError } = await import('../errors.ts');
      throw new UpError('UP_USAGE', `"up alerts ls" takes no name`, { hint: `up alerts test ${String(args.name)}` });
    }
    const { listAlerts } = await import('../alerts/list.ts');
    await listAlerts(context, stage);
  },
};
