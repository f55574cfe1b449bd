/**
 * Next.js, started by `next start`. That needs all of node_modules, 350 MB with Next.js 16 where Lambda takes 250; with
 * `output: "standalone"` its build makes a server beside it that has the packages it needs, 40 MB in all. This is that
 * output by default, without a word in next.config, which has the last one.
 * https://nextjs.org/docs/app/api-reference/config/next-config-js/output
 */
import { join, posix } from 'node:path';
import { isRecord } from '../../http/json.ts';
import { type App, isFile, text } from './app.ts';
import { parseCommand, splitAssignments } from './command.ts';
import { readText } from './read-text.ts';

/** What the build hook gets for an app that starts so; what Next.js takes for a next.config without `output`. */
export function buildVariables(app: App): Readonly<Record<string, string>> {
  return isNextStart(app) ? { NEXT_PRIVATE_STANDALONE: 'true' } : {};
}

/** The app as its build has made it: by the standalone server, where there is one. */
export async function asBuilt(dir: string, app: App): Promise<App> {
  if (!isNextStart(app)) return app;
  const folder = posix.join('.next/standalone', await placeInWorkspace(dir));
  const server = posix.join(folder, 'server.js');
  if (!(await isFile(join(dir, server)))) return app;
  const { assignments } = splitAssignments(app.command);
  const command = `${assignments}node ${server}`;
  return {
    ...app,
    command,
    argv: parseCommand(command),
    entry: server,
    why: `${app.why}, and its build a server of its own`,
    standalone: {
      rules: ['/node_modules', '/.next/*', '!/.next/standalone', '!/.next/static'],
      // What browsers ask for is not copied there: "ideally" it is of a CDN.
      links: [
        [posix.join(folder, '.next/static'), '.next/static'],
        [posix.join(folder, 'public'), 'public'],
      ],
    },
  };
}

/** With nothing but what the standalone server knows by variables: its port and host. */
function isNextStart({ command, framework }: App): boolean {
  const { rest } = splitAssignments(command);
  return (
    framework?.dependency === 'next' &&
    /^(?:\S*\/)?next start(?:\s+(?:-p|--port|-H|--hostname|--keepAliveTimeout)[\s=]\S+)*\s*$/.test(rest)
  );
}

/** A member of a workspace lies in the standalone folder as it does in the workspace. */
async function placeInWorkspace(dir: string): Promise<string> {
  const json = await readText(join(dir, '.next/required-server-files.json'));
  try {
    const files: unknown = JSON.parse(json ?? 'null');
    return ((isRecord(files) && text(files.relativeAppDir)) || '').replaceAll('\\', '/');
  } catch {
    // Half written by a build that was ended: there is no server either.
    return '';
  }
}
