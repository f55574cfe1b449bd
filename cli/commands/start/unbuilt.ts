/**
 * An app that does not start for want of a file, or of a package: `up start` runs no build, which may have to make it, and
 * installs nothing.
 */
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import type { App } from '../../build/app.ts';
import { cargoBuild } from '../../build/cargo.ts';
import { installAll, installMissing, installMissingModule, missingDevelopment, runBuild } from '../../build/install.ts';
import { howToListen } from '../../build/port.ts';
import { type LogRecord, toRecord } from '../../logs/record.ts';
import type { StartLog } from './log.ts';

/** A log that is followed for such starts; `tell` gets what is to be done about each. */
export function followedLog(
  log: StartLog,
  dir: string,
  app: () => App,
  tell: (label: string, text: string) => void,
): StartLog {
  // Node names files by where they really are.
  const real = realpathSync(dir);
  return {
    ...log,
    destination: {
      write(line) {
        log.destination.write(line);
        // Most lines are ruled out by this test alone.
        if (!/ listening on PORT|could not be started| not (?:listen )?on PORT/.test(line)) return;
        const record = toRecord(line, Date.now());
        const port = otherPort(record, app());
        if (port !== null) return tell('Port', port);
        const text = whatIsMissing(record, real, app());
        if (text !== null) tell('Build', text);
      },
    },
  };
}

/** What to do about an app that listens elsewhere; null where it does not. */
export function otherPort({ message, fields }: LogRecord, app: App): string | null {
  const [, ports] = /^the app listens on ([\d, ]+), but not on PORT$/.exec(message) ?? [];
  const found = ports?.split(', ') ?? (/did not listen on PORT/.test(message) ? linesOf(fields.listens_on) : []);
  return found.length === 0 ? null : howToListen(app, found);
}

/** What the start of the app asked for and is not there, and the command that brings it; null for what we know nothing of. */
export function whatIsMissing(record: LogRecord, dir: string, app: App): string | null {
  const file = unbuiltFile(record, dir, app);
  if (file !== null) return runFirst(file, runBuild(dir));
  const program = record.message.includes('could not be started') ? programFile(app) : null;
  const cargo = program === null ? null : cargoBuild(dir, program);
  if (cargo !== null) return runFirst(`${program}`, cargo);
  const install = howToInstall(record, dir, app);
  return install === null ? null : `install what it asks for: ${install}`;
}

function runFirst(file: string, build: string): string {
  return `${file} is not there. If your build makes it, run it first: ${build}`;
}

function howToInstall({ message, fields }: LogRecord, dir: string, app: App): string | null {
  const said = linesOf(fields.stderr).join('\n');
  // Here devDependencies are at hand as well, once they are installed.
  if (missingDevelopment(dir, said) !== null) return installAll(dir);
  // A program that is not there is one of a package, as long as there is none.
  const isByName = programFile(app) === null && /no such program|exited with code 127/.test(message);
  if (isByName && isUninstalled(dir)) return installAll(dir);
  return installMissing(dir, said) ?? installMissingModule(dir, said);
}

function isUninstalled(dir: string): boolean {
  if (!existsSync(join(dir, 'package.json'))) return false;
  for (let folder = dir; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules'))) return false;
    if (folder === dirname(folder)) return true;
  }
}

function linesOf(output: unknown): string[] {
  return Array.isArray(output) ? output.map(String) : [];
}

/** What the start of the app asked for in its own folder and is not there; null where there is nothing to build. */
function unbuiltFile({ message, fields }: LogRecord, dir: string, app: App): string | null {
  if (app.kind === 'go' || app.buildCommands.length === 0) return null;
  const missing = message.includes('could not be started')
    ? programFile(app)
    : missingFile(linesOf(fields.stderr).join('\n'));
  if (missing === null) return null;
  const file = relative(dir, resolve(dir, missing)).split(sep).join('/');
  const isOurs = file !== '' && !/^\.\.(?:\/|$)|(?:^|\/)node_modules\/|^\.up\//.test(file);
  return isOurs && !existsSync(join(dir, file)) ? file : null;
}

function programFile({ argv }: App): string | null {
  return argv?.[0]?.includes('/') ? argv[0] : null;
}

/** In the words of Node, whose modules ask for files by their place or by the way there, and of Next.js. */
function missingFile(stderr: string): string | null {
  const lines = stderr.split('\n');
  // An app may have told of others that it does without: the last error is the one that ended it.
  const said = lines
    .slice(
      Math.max(
        0,
        lines.findLastIndex((line) => /^\w*Error\b/.test(line.trim())),
      ),
    )
    .join('\n');
  const [, file] = /Could not find a production build in the '([^']+)' directory/.exec(said) ?? [];
  if (file !== undefined) return file;
  const [, module = '', asker = ''] =
    /Cannot find module '((?:\.{0,2}[/\\]|[A-Za-z]:)[^']*)'(?:[^\n]*\n[^\n]*Require stack:\n- ([^\n]+))?/.exec(said) ??
    [];
  if (module === '') return null;
  return module.startsWith('.') ? resolve(dirname(asker), module) : module;
}
