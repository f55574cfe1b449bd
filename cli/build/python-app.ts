/** The rule by which an app of Python is found: a program that serves by itself, or an app that a server is to serve. */
import { join } from 'node:path';
import { type App, isFile, type Project } from './app.ts';
import { readText } from './read-text.ts';

const files = ['app.py', 'main.py', 'server.py'];

interface Server {
  readonly name: string;
  readonly command: (module: string, app: string) => string;
}

const uvicorn: Server = {
  name: 'uvicorn',
  command: (module, app) => `python3 -m uvicorn ${module}:${app} --port $PORT`,
};
const flask: Server = {
  name: 'flask run',
  command: (module, app) => `python3 -m flask --app ${module}:${app} run --port $PORT`,
};

/** Its processes share semaphores, and Lambda has no /dev/shm for them. */
const sanic: Server = {
  name: 'sanic',
  command: (module, app) => `python3 -m sanic ${module}:${app} --single-process --port $PORT`,
};

const bottle: Server = {
  name: 'bottle',
  command: (module, app) => `python3 -m bottle -b 127.0.0.1:$PORT ${module}:${app}`,
};
const gunicorn: Server = {
  name: 'gunicorn',
  command: (module, app) => `python3 -m gunicorn -b 127.0.0.1:$PORT ${module}:${app}`,
};
const gunicornForAiohttp: Server = {
  name: 'gunicorn',
  command: (module, app) => `python3 -m gunicorn -b 127.0.0.1:$PORT -k aiohttp.GunicornWebWorker ${module}:${app}`,
};

interface Framework {
  readonly name: string;
  /** What makes an app of it. */
  readonly made: string;
  /** What the file imports; for names that others have for theirs, too. */
  readonly imports?: RegExp;
  readonly server: Server;
}

const frameworks: readonly Framework[] = [
  ...['FastAPI', 'Starlette', 'Litestar', 'Quart'].map((name) => ({ name, made: name, server: uvicorn })),
  { name: 'Flask', made: 'Flask', server: flask },
  { name: 'Sanic', made: 'Sanic', server: sanic },
  { name: 'Bottle', made: 'Bottle', server: bottle },
  { name: 'Bottle', made: 'default_app', imports: /^(?:import|from) +bottle\b/m, server: bottle },
  { name: 'Falcon', made: 'App', imports: /^(?:import|from) +falcon\.asgi\b/m, server: uvicorn },
  { name: 'Falcon', made: 'App', imports: /^(?:import|from) +falcon\b/m, server: gunicorn },
  { name: 'aiohttp', made: 'Application', imports: /^(?:import|from) +aiohttp\b/m, server: gunicornForAiohttp },
];

/** `app = FastAPI(`, of the module itself: nothing before it on the line. */
const assigned = new RegExp(
  `^(\\w+)(?:: *[\\w.]+)? *= *(?:\\w+\\.)*(${[...new Set(frameworks.map(({ made }) => made))].join('|')})\\(`,
  'gm',
);
/** What a program that serves by itself calls. */
const serves = /(?<!\bdef )\b(?:run|serve|serve_forever|run_simple|run_app|run_forever)\(/;

export async function pythonProgram({ dir, names }: Project): Promise<App | undefined> {
  const file = files.find((name) => names.has(name));
  if (file === undefined) return undefined;
  const source = (await isFile(join(dir, file))) ? ((await readText(join(dir, file))) ?? '') : '';
  const made = serves.test(source) ? undefined : firstMade(source);
  const program = { kind: 'python', entry: file, interpreter: 'python3', buildCommands: [] } as const;
  if (made === undefined) {
    return { ...program, command: `python3 ${file}`, argv: ['python3', file], why: `found ${file}` };
  }
  // With a variable in it, it needs a shell.
  const { app, name, server } = made;
  const command = server.command(file.slice(0, -'.py'.length), app);
  return { ...program, command, argv: null, why: `${file} makes an app of ${name}, for ${server.name}` };
}

function firstMade(source: string): (Framework & { readonly app: string }) | undefined {
  for (const [, app = '', made] of source.matchAll(assigned)) {
    const framework = frameworks.find((one) => one.made === made && (one.imports?.test(source) ?? true));
    if (framework) return { ...framework, app };
  }
  return undefined;
}
