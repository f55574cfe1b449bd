/** `up metrics [stage]`: how a stage fares, and what that costs. */
import type { Command } from '../command.ts';

export const metrics: Command = {
  usage: 'metrics [stage]',
  summary: 'requests, errors, latency, cost',
  examples: [
    ['up metrics', 'staging in the last 24 hours'],
    ['up metrics production -S 1w', 'production in the last week'],
    ['up metrics -S 15m --watch', 'the last 15 minutes, again and again'],
    ['up metrics --json | jq .latency.p95', 'for programs; with --watch one object per line'],
  ],
  options: (argv) =>
    argv
      .positional('stage', { alias: 's', type: 'string', default: 'staging', describe: 'stage' })
      .option('since', { alias: 'S', type: 'string', default: '24h', describe: 'how far back: 15m, 2h, 1d, 1w' })
      .option('watch', { alias: 'w', type: 'boolean', default: false, describe: 'go on until Ctrl-C' }),
  async run(context, args) {
    const { showMetrics } = await import('../metrics/show.ts');
    await showMetrics(context, {
      stage: String(args.stage),
      since: String(args.since),
      watch: args.watch === true,
    });
  },
};
