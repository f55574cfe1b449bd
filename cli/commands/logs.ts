/** `up logs`: what the app and the platform said. */
import type { Command } from '../command.ts';

export const logs: Command = {
  usage: 'logs',
  summary: 'show logs (-f follows, -S since, -e expands)',
  examples: [
    ['up logs', 'the last hour'],
    ['up logs -f', 'and whatever comes'],
    ['up logs -S 30m -e', 'the last 30 minutes, every field'],
    ['up logs -s production | jq .fields.path', 'one JSON object per line off a terminal'],
  ],
  options: (argv) =>
    argv
      .option('follow', { alias: 'f', type: 'boolean', default: false, describe: 'go on as lines come' })
      .option('since', { alias: 'S', type: 'string', default: '1h', describe: 'how far back: 30m, 2h, 1d, 1w, 1mo' })
      .option('expand', {
        alias: 'e',
        type: 'boolean',
        default: false,
        describe: 'show every field on a line of its own',
      })
      .option('stage', { alias: 's', type: 'string', describe: 'only this stage' }),
  async run(context, args) {
    const [
      { parseDuration },
      { readEvents },
      { toRecord },
      { renderRecord },
      { UpError },
      { createStyle, isUnicode },
      { wantsColor },
    ] = await Promise.all([
      import('../logs/duration.ts'),
      import('../logs/read.ts'),
      import('../logs/record.ts'),
      import('../logs/render.ts'),
      import('../errors.ts'),
      import('../output/style.ts'),
      import('../io.ts'),
    ]);
    const ago = parseDuration(String(args.since));
    if (ago === null)
      throw new UpError('UP_USAGE', `--since takes a duration such as 30m, 2h or 1d, not "${args.since}"`);
    const { io, flags } = context;
    const project = await context.project();
    const asJson = flags.json || !io.stdoutIsTty;
    const color = wantsColor(io.env, io.stdoutIsTty, flags.color);
    const style = createStyle({ color, unicode: isUnicode(io.env) });
    // Ctrl-C is how following ends: nothing was interrupted.
    if (args.follow === true) context.onInterrupt(async () => {});
    const events = readEvents(await context.session(), {
      app: project.config.name,
      since: Date.now() - ago,
      follow: args.follow === true,
      ...(args.stage !== undefined && { pattern: stagePattern(String(args.stage)) }),
    });
    for await (const { message, timestamp } of events) {
      const record = toRecord(message, timestamp);
      // START, END and REPORT are for machines and for those who ask for everything.
      if (!asJson && !args.expand && record.level === 'debug') continue;
      io.stdout.write(
        `${asJson ? JSON.stringify(record) : renderRecord(record, { style, expand: args.expand === true, columns: io.columns })}\n`,
      );
    }
  },
};

function stagePattern(stage: string): string {
  return `{ $.fields.stage = ${JSON.stringify(stage)} }`;
}
