/** `up logs [query]`: what the app and the platform said. The language of queries is in docs/logs.md. */
import type { Command } from '../command.ts';

export const logs: Command = {
  usage: 'logs [query..]',
  summary: 'show logs (-f follows, -S since, -e expands)',
  examples: [
    ['up logs', 'the last hour'],
    ["up logs 'production error'", 'errors of production'],
    ["up logs 'status >= 500 or duration > 1s'", 'what failed, or took long'],
    ["up logs -f 'path contains /api'", 'and whatever comes'],
    ['up logs -S 30m -e', 'the last 30 minutes, every field'],
    ['up logs -n 20 --release 7', 'the last 20 lines of v7'],
    ['up logs --request 8f5c', 'everything of one request'],
    ['up logs -s production | jq .fields.path', 'one JSON object per line off a terminal'],
    ['up logs -f --cursor .cursor', 'go on where the last one ended'],
  ],
  options: (argv) =>
    argv
      .positional('query', { type: 'string', array: true, describe: 'which lines; see docs/logs.md' })
      .option('follow', { alias: 'f', type: 'boolean', default: false, describe: 'go on as lines come' })
      .option('since', { alias: 'S', type: 'string', default: '1h', describe: '30m, 2h, 1d, 1w, or a time: 14:30' })
      .option('until', { alias: 'U', type: 'string', describe: 'the same, for the end' })
      .option('count', { alias: 'n', type: 'string', describe: 'only the last so many' })
      .option('expand', {
        alias: 'e',
        type: 'boolean',
        default: false,
        describe: 'show every field on a line of its own',
      })
      .option('stage', { alias: 's', type: 'string', describe: 'only this stage' })
      .option('release', { type: 'string', describe: 'only this version, or commit' })
      .option('request', { type: 'string', describe: 'everything of this request' })
      .option('cursor', { type: 'string', describe: 'file that knows how far it was shown' }),
  async run(context, args) {
    const [{ readSettings }, { runLogs }] = await Promise.all([
      import('../logs/settings.ts'),
      import('../logs/run.ts'),
    ]);
    await runLogs(context, readSettings(args, Date.now()));
  },
};
