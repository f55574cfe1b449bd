/** `up start`: the app behind the same stack as in Lambda, on this machine, started anew with every edit. */
import type { Args, Command, Context } from '../command.ts';

export const start: Command = {
  usage: 'start',
  summary: 'run the app here, behind the stack of Lambda',
  examples: [
    ['up start', 'serve on http://localhost:3000'],
    ['up start --port 0', 'on any free port'],
    ['up start --lambda', 'as it would run there: cold starts, freezes, limits'],
    ['up start -c "node --watch app.js"', 'with a command of your own'],
  ],
  options: (argv) =>
    argv
      .option('port', { type: 'string', describe: 'port to listen on (default 3000, or the next free one)' })
      .option('address', { type: 'string', describe: 'HOST:PORT to listen on' })
      .option('stage', {
        alias: 's',
        type: 'string',
        default: 'development',
        describe: 'stage whose configuration holds',
      })
      .option('command', { alias: 'c', type: 'string', describe: 'command that starts the app' })
      .option('lambda', {
        type: 'boolean',
        default: false,
        describe: 'with all of Lambda between: events, limits, freeze',
      })
      .option('https', {
        type: 'boolean',
        default: false,
        describe: 'serve HTTPS, with a certificate made for this machine',
      })
      .option('cert', { type: 'string', describe: 'or with one of your own: the file, in PEM' })
      .option('key', { type: 'string', describe: 'and the file of its key' })
      .option('watch', { type: 'boolean', default: true, describe: '--no-watch: leave it running when files change' }),
  run: runStart,
};

async function runStart(context: Context, args: Args): Promise<void> {
  if (args.lambda === true) (await import('../platform.ts')).requireFreeze('up start --lambda', process.platform);
  const [{ parseAddress }, { parseSecure }, { serveApp }] = await Promise.all([
    import('./start/listener.ts'),
    import('./start/https.ts'),
    import('./start/serve-app.ts'),
  ]);
  await serveApp(context, {
    address: parseAddress(args),
    stage: String(args.stage),
    command: args.command === undefined ? undefined : String(args.command),
    secure: parseSecure(args),
    lambda: args.lambda === true,
    watch: args.watch === true,
  });
}
