/** `up start`: the app behind the same stack as in Lambda, on this machine. */
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { App } from '../build/detect.ts';
import type { Args, Command, Context } from '../command.ts';

export const start: Command = {
  usage: 'start',
  summary: 'run the app here, in the same stack as Lambda',
  examples: [
    ['up start', 'serve on http://localhost:3000'],
    ['up start --port 0', 'on any free port'],
    ['up start -c "node --watch app.js"', 'with a command of your own'],
  ],
  options: (argv) =>
    argv
      .option('port', { type: 'string', describe: 'port to listen on (default 3000)' })
      .option('address', { type: 'string', describe: 'HOST:PORT to listen on' })
      .option('stage', {
        alias: 's',
        type: 'string',
        default: 'development',
        describe: 'stage whose configuration holds',
      })
      .option('command', { alias: 'c', type: 'string', describe: 'command that starts the app' }),
  run: runStart,
};

/** Serves until it is told to end; then the app gets this long to finish. */
const graceMs = 2_000;

async function runStart(context: Context, args: Args): Promise<void> {
  const [
    { createProxy, keepApp },
    { httpServer },
    { appVariables },
    { runMark, startApp },
    { detect },
    { appCommand, detectBy, typedBy },
    { readInjected },
    { proxyDir },
    { stageOf },
    { readCommit },
    { startVariables },
  ] = await Promise.all([
    import('../../proxy/main.ts'),
    import('../../proxy/hosts/server.ts'),
    import('../../proxy/boot.ts'),
    import('../../proxy/relay/process.ts'),
    import('../build/detect.ts'),
    import('../build/packaged-config.ts'),
    import('../build/inject.ts'),
    import('../paths.ts'),
    import('../project.ts'),
    import('../git.ts'),
    import('../env/start.ts'),
  ]);
  const { io, report } = context;
  const { host, port } = await parseAddress(args);
  const project = await context.project();
  for (const { message } of project.warnings) report.warn('Config', message);
  const stage = String(args.stage);
  const command = args.command === undefined ? stageOf(project, stage).proxy.command : String(args.command);
  const detected = await detect(project.dir, {
    ...detectBy(project.config, command),
    // Whoever gives a command wants it run.
    ...(args.command !== undefined && { type: 'server' }),
  });
  const config = stageOf({ ...project, config: typedBy(detected, project.config) }, stage);
  const [app, { commit, author }] = await Promise.all([bundled(project.dir, detected), readCommit(project.dir)]);
  const { name, lambda } = config;
  const inject = await readInjected(project.dir, config.inject);
  const settings = { ...config, inject, app: appCommand(app) };
  const own = await startVariables(context, project.dir, config.environment);
  const variables = { ...io.env, ...own, UP_COMMIT: commit, UP_AUTHOR: author };
  const server = await listening(host, port);
  const { handler, keeper } = await createProxy({
    settings,
    environment: variables,
    dir: project.dir,
    logTo: await logDestination(context),
    app: keepApp(settings, (run, app) =>
      startApp({
        app,
        dir: project.dir,
        env: appVariables(variables, settings, run),
        preload: join(proxyDir, 'preload.cjs'),
        background: settings.proxy.background > 0,
        mark: runMark('start', run),
      }),
    ),
  });
  // However this program ends, a second Ctrl-C included, the app does not stay behind.
  process.once('exit', keeper.kill);
  server.adopt(httpServer({ handler, stage, timeout: lambda.timeout }));
  report.info(name, `${server.url}    ${app.command || 'files'}    ${app.why}`);
  if (config.static && !existsSync(join(project.dir, config.static.dir)))
    report.warn('Static', `${config.static.dir} is not there, the folder that static.dir names: was it built?`);
  warnOfRuntime(context, lambda.runtime);
  context.onInterrupt(async () => {
    server.close();
    await keeper.stop(graceMs);
  });
}

async function usageError(message: string) {
  const { UpError } = await import('../errors.ts');
  return new UpError('UP_USAGE', message, { hint: 'up help start' });
}

async function parseAddress({ address, port }: Args): Promise<{ host: string; port: number }> {
  const match = address === undefined ? null : /^(.*):(\d+)$/.exec(String(address));
  if (address !== undefined && !match) throw await usageError(`--address takes HOST:PORT, not "${address}"`);
  const { parsePort } = await import('../port.ts');
  const number = parsePort(String(port ?? match?.[2] ?? '3000'), 'up help start');
  return { host: match?.[1]?.replace(/^\[|\]$/g, '') || '127.0.0.1', port: number };
}

/** TypeScript is bundled as for the package, into .up/, with maps that Node reads: stacks name the sources. */
async function bundled(dir: string, app: App): Promise<App> {
  if (!app.bundle) return app;
  const [{ bundle }, { mkdir, writeFile }] = await Promise.all([
    import('../build/bundle.ts'),
    import('node:fs/promises'),
  ]);
  const { code, map } = await bundle({ dir, ...app.bundle });
  const outFile = join(dir, '.up', 'start', code.path);
  await mkdir(dirname(outFile), { recursive: true });
  // The sources lie where the map thinks the bundle lies too.
  const sourceRoot = `${pathToFileURL(dirname(join(dir, code.path)))}/`;
  await writeFile(`${outFile}.map`, JSON.stringify({ ...JSON.parse(map.content), sourceRoot }));
  await writeFile(outFile, `${Buffer.from(code.content)}\n//# sourceMappingURL=${basename(outFile)}.map\n`);
  const built = join('.up', 'start', code.path);
  const [node = 'node', ...rest] = (app.argv ?? []).map((word) => (word === code.path ? built : word));
  const argv = [node, '--enable-source-maps', ...rest];
  return { ...app, argv, command: argv.join(' ') };
}

/**
 * Takes the port before the app is started: a port in use must not cost an app its boot. Requests that come in between
 * wait for the handler.
 */
async function listening(host: string, port: number) {
  const { createServer } = await import('node:net');
  const { UpError } = await import('../errors.ts');
  let server: Server | undefined;
  const early: Socket[] = [];
  const letIn = (socket: Socket) => {
    server?.emit('connection', socket);
    socket.resume();
  };
  const door = createServer({ pauseOnConnect: true }, (socket) => {
    if (server) letIn(socket);
    else early.push(socket);
  });
  await new Promise<void>((resolve, reject) => {
    door.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE')
        reject(new UpError('UP_PORT_TAKEN', `Port ${port} on ${host} is in use by another program`));
      else reject(new UpError('UP_USAGE', `Cannot listen on ${host}:${port}: ${error.message}`));
    });
    door.listen(port, host, resolve);
  });
  const shown = host === '127.0.0.1' ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return {
    url: `http://${shown}:${(door.address() as AddressInfo).port}`,
    adopt(adopted: Server) {
      server = adopted;
      early.forEach(letIn);
    },
    close() {
      door.close();
      server?.closeAllConnections();
    },
  };
}

/** Lines for people on a terminal; the records as they are everywhere else. */
async function logDestination({ io, flags }: Context) {
  if (!io.stdoutIsTty || flags.json) return { write: (line: string) => void io.stdout.write(line) };
  const [{ toRecord }, { renderRecord }, { createStyle, isUnicode }, { wantsColor }] = await Promise.all([
    import('../logs/record.ts'),
    import('../logs/render.ts'),
    import('../output/style.ts'),
    import('../io.ts'),
  ]);
  const style = createStyle({ color: wantsColor(io.env, true, flags.color), unicode: isUnicode(io.env) });
  return {
    write: (line: string) =>
      void io.stdout.write(
        `${renderRecord(toRecord(line, Date.now()), { style, expand: false, columns: io.columns })}\n`,
      ),
  };
}

function warnOfRuntime({ report }: Context, runtime: string): void {
  const cloud = /\d+/.exec(runtime)?.[0];
  const here = process.versions.node;
  if (cloud !== here.split('.')[0]) report.warn('Runtime', `you run Node ${here}, the cloud will run ${cloud}`);
}
