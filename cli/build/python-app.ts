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

/** By the class of the app. */
const servers: ReadonlyMap<string, Server> = new Map([
  ['FastAPI', uvicorn],
  ['Starlette', uvicorn],
  ['Litestar', uvicorn],
  ['Quart', uvicorn],
  ['Flask', flask],
  ['Sanic', sanic],
]);

/** `app = FastAPI(`, of the module itself: nothing before it on the line. */
const made = new RegExp(`^(\\w+)(?:: *[\\w.]+)? *= *(?:\\w+\\.)*(${[...servers.keys()].join('|')})\\(`, 'm');
/** What a program that serves by itself calls. */
const serves = /(?<!\bdef )\b(?:run|serve|serve_forever|run_simple|run_app|run_forever)\(/;

export async function pythonProgram({ dir, names }: Project): Promise<App | undefined> {
  const file = files.find((name) => names.has(name));
  if (file === undefined) return undefined;
  const source = (await isFile(join(dir, file))) ? ((await readText(join(dir, file))) ?? '') : '';
  const [, app = '', kind = ''] = serves.test(source) ? [] : (made.exec(source) ?? []);
  const server = servers.get(kind);
  const program = { kind: 'python', entry: file, interpreter: 'python3', buildCommands: [] } as const;
  if (server === undefined) {
    return { ...program, command: `python3 ${file}`, argv: ['python3', file], why: `found ${file}` };
  }
  // With a variable in it, it needs a shell.
  const command = server.command(file.slice(0, -'.py'.length), app);
  return { ...program, command, argv: null, why: `${file} makes an app of ${kind}, for ${server.name}` };
}
