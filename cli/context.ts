/** Makes the context of one command out of its flags. */
import { didYouMean } from '../config/nearest.ts';
import { regions } from '../config/regions.ts';
import { requireAddresses } from './aws/endpoints.ts';
import { httpsAgent } from './aws/http-proxy.ts';
import { createSession, type Session } from './aws/session.ts';
import type { Context, GlobalFlags } from './command.ts';
import { UpError } from './errors.ts';
import { type Io, isCi, wantsColor } from './io.ts';
import { once } from './once.ts';
import {
  hidingReporter,
  plainReporter,
  type Reporter,
  type ReporterOptions,
  silentReporter,
  textReporter,
} from './output/reporter.ts';
import { spinnerFrames } from './output/spinner.ts';
import { createStyle, isUnicode } from './output/style.ts';
import { type Project, readProject } from './project/project.ts';
import type { Secrets } from './secrets.ts';
import type { Signals } from './signals.ts';

export function createContext(
  io: Io,
  flags: GlobalFlags,
  { onInterrupt, standing, quit }: Signals,
  secrets: Secrets,
): Context {
  const color = wantsColor(io.env, io.stderrIsTty, flags.color);
  const style = createStyle({ color, unicode: isUnicode(io.env) });
  const report = hidingReporter(reporter(io, flags, { style, frames: spinnerFrames(io.env, color) }), secrets.hide);
  const project = once(() => readProject(io.cwd, flags.chdir));
  return {
    io,
    flags,
    report,
    secrets,
    style,
    project,
    session: once(() => openSession(io, flags, project, report)),
    onInterrupt,
    standing,
    quit,
    result(text, json) {
      io.stdout.write(`${flags.json ? JSON.stringify(json) : text}\n`);
    },
  };
}

function reporter(io: Io, flags: GlobalFlags, look: Pick<ReporterOptions, 'style' | 'frames'>): Reporter {
  if (flags.quiet || flags.json) return silentReporter;
  if (!io.stderrIsTty || isCi(io.env)) return plainReporter({ stderr: io.stderr });
  return textReporter({
    ...look,
    stderr: io.stderr,
    get columns() {
      return io.columns;
    },
  });
}

async function openSession(
  io: Io,
  { region, profile, local }: GlobalFlags,
  project: () => Promise<Project>,
  report: Reporter,
): Promise<Session> {
  const { dir, config } = await project();
  requireRegion(region);
  if (!local) requireAddresses(io.env);
  const warn = (what: string) => report.warn('Platform', what);
  const localUrl = local
    ? await (await import('./local-platform.ts')).ensureLocalPlatform(io.env, dir, warn)
    : undefined;
  const onThrottled = () => report.warn('AWS', 'asks to slow down: going on for up to 5 minutes');
  const options = { env: io.env, region, profile, config, localUrl, onThrottled };
  return createSession({ ...options, httpsAgent: await httpsAgent(io.env) });
}

/** An unknown region would only show as a host that cannot be found, after every retry. */
function requireRegion(region: string | undefined): void {
  if (region === undefined || regions.some((known) => known === region)) return;
  throw new UpError('UP_USAGE', `"${region}" is not an AWS region${didYouMean(region, regions) || '.'}`);
}
