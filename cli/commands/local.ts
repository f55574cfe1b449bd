/** `up local`: the embedded platform in the foreground; `up local stop` ends one in the background. */
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command, Context } from '../command.ts';
import { withoutControls } from '../output/format.ts';

export const local: Command = {
  usage: 'local [action]',
  summary: 'run the local Lambda in the foreground',
  examples: [
    ['up local', 'serve until Ctrl-C'],
    ['up local --deploy .', 'and deploy an app to it'],
    ['up local --policy policy.json', 'and allow no more than an IAM policy does'],
    ['up local --lag', 'and be as late as AWS: roles, states, logs, throttling'],
    ['up local stop', 'end the one in the background'],
    ['AWS_ENDPOINT_URL=http://127.0.0.1:4580 aws lambda list-functions', 'any AWS client may talk to it'],
  ],
  options: (argv) =>
    argv
      .positional('action', { choices: ['stop', 'status'] as const, describe: 'end it, or say where it runs' })
      .option('port', { type: 'string', default: '4580', describe: 'port of the endpoint; the next free one if taken' })
      .option('deploy', { type: 'string', describe: 'folder of an app to deploy to it at once' })
      .option('lag', {
        type: 'string',
        requiresArg: false,
        describe: 'seconds until changes are seen, as on AWS; 2 without a number',
      })
      .option('policy', { type: 'string', describe: 'file with the IAM policy of all callers; read at each call' }),
  async run(context, args) {
    const [{ parsePort }, { parseLag }] = await Promise.all([import('../argv/port.ts'), import('../argv/lag.ts')]);
    const port = parsePort(String(args.port), 'up local --port 4580');
    const deploy = args.deploy === undefined ? undefined : resolve(context.io.cwd, String(args.deploy));
    const { localDir } = await import('../local-platform.ts');
    const dir = localDir(context.io.env, deploy ?? resolve(context.io.cwd, context.flags.chdir));
    if (args.action === 'stop') return stop(context, dir);
    if (args.action === 'status') return status(context, dir);
    (await import('../platform.ts')).requireFreeze('up local', process.platform);
    const policy = args.policy === undefined ? {} : { policy: resolve(context.io.cwd, String(args.policy)) };
    const lag = args.lag === undefined ? {} : { lag: parseLag(String(args.lag)) };
    await serve(context, { dir, port, ...policy, ...lag }, deploy === undefined);
    if (deploy === undefined) return;
    const [{ createContext }, { runDeploy }] = await Promise.all([import('../context.ts'), import('../deploy/run.ts')]);
    const flags = { ...context.flags, chdir: deploy, local: true };
    await runDeploy(createContext(context.io, flags, context, context.secrets), {
      stage: 'staging',
      check: true,
    });
  },
};

interface Served {
  readonly dir: string;
  readonly port: number;
  readonly policy?: string;
  /** Milliseconds. */
  readonly lag?: number;
}

async function serve(context: Context, served: Served, alone: boolean): Promise<void> {
  const [
    { openPlatform },
    { PlatformRunning },
    { PolicyError },
    { inspectorDir, nodeRuntimeFile },
    { UpError },
    errors,
  ] = await Promise.all([
    import('../../local/platform.ts'),
    import('../../local/endpoint.ts'),
    import('../../local/access/policy.ts'),
    import('../paths.ts'),
    import('../errors.ts'),
    import('../to-up-error.ts'),
  ]);
  const { dir, policy, lag } = served;
  try {
    const platform = await openPlatform({
      ...{ ...served, nodeRuntime: nodeRuntimeFile, inspector: inspectorDir, ...initLimit(context.io.env) },
      // Nobody delivers it: whoever watches is told, whoever does not finds it at /_local/messages.
      onMessage: (message) => context.report.info('Message', messageLine(message)),
    });
    context.onInterrupt(() => platform.close());
    context.report.info('Platform', `${platform.endpoint.url}, state in ${dir}`);
    context.report.info('Inspector', `${platform.endpoint.url}/_local/inspector/`);
    if (platform.recovered !== null)
      context.report.info('State', `was damaged, the one before it was taken; kept as ${platform.recovered}`);
    if (policy !== undefined) context.report.info('Policy', policy);
    if (lag !== undefined) context.report.info('Lag', `${lag / 1_000} s, and calls are throttled`);
    if (alone) context.result(platform.endpoint.url, platform.endpoint);
  } catch (error) {
    if (error instanceof PolicyError) throw new UpError('UP_USAGE', `${policy}: ${error.message}`, { cause: error });
    if (!(error instanceof PlatformRunning)) throw errors.fromFileError(error) ?? errors.notStarted(error);
    // One that runs judges by its own policy, or by none.
    if (alone || policy !== undefined) throw new UpError('UP_LOCAL_RUNNING', error.message, { cause: error });
    // One in the background serves just as well; it outlives this command.
    context.report.info('Platform', `${error.endpoint.url}, already running (pid ${error.endpoint.pid})`);
    context.onInterrupt(async () => {});
    setInterval(() => {}, 2 ** 31 - 1);
  }
}

/** On one line, however many the app wrote, and nothing that a terminal obeys. */
function messageLine({ to, subject, text }: { to: string; subject: string; text: string }): string {
  return withoutControls(`to ${to}: ${subject || text}`.replaceAll(/\s+/g, ' ')).slice(0, 67);
}

/** UP_LOCAL_INIT_LIMIT_MS: for tests of the limit, which need not wait for the ten seconds of Lambda then. */
function initLimit({ UP_LOCAL_INIT_LIMIT_MS: limit }: NodeJS.ProcessEnv): { initLimit?: number } {
  return limit === undefined ? {} : { initLimit: Number(limit) };
}

const stopTimeoutMs = 10_000;
const goneTimeoutMs = 2_000;

async function stop(context: Context, dir: string): Promise<void> {
  const { findLocalPlatform, readNamed } = await import('../local-platform.ts');
  const running = await findLocalPlatform(dir);
  if (running === null) return context.result('No local platform runs here', { stopped: false });
  const { pid } = running;
  process.kill(pid, 'SIGTERM');
  // It stops answering first, and gives its directory back last.
  await waitWhile(stopTimeoutMs, () => isRunning(pid) && readNamed(dir)?.pid === pid);
  if ((await findLocalPlatform(dir))?.pid === pid) process.kill(pid, 'SIGKILL');
  await waitWhile(goneTimeoutMs, () => isRunning(pid));
  context.result('Stopped', { stopped: true, pid });
}

/** Bounded, because a zombie nobody waits for stays. */
async function waitWhile(milliseconds: number, condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + milliseconds; condition() && Date.now() < deadline; ) await sleep(10);
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function status(context: Context, dir: string): Promise<void> {
  const { findLocalPlatform } = await import('../local-platform.ts');
  const running = await findLocalPlatform(dir);
  if (running === null) return context.result('No local platform runs here', { running: false, dir });
  context.result(`${running.url} (pid ${running.pid})`, { running: true, dir, ...running });
}
