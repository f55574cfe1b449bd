/** Makes the context of one command out of its flags. */
import { didYouMean } from '../config/nearest.ts';
import { regions } from '../config/regions.ts';
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
import { type Project, readProject } from './project.ts';
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
  const localUrl = local ? await (await import('./local-platform.ts')).ensureLocalPlatform(io.env, dir) : undefined;
  const onThrottled = () => report.warn('AWS', 'asks to slow down: going on for up to 5 minutes');
  return createSession({ env: io.env, region, profile, config, localUrl, onThrottled });
}

/** A region nobody has would only show as a host that cannot be found, after every retry. */
function requireRegion(region: string | undefined): void {
  if (region === undefined || regions.some((known) => known === region)) return;
  throw new UpError('UP_USAGE', `"${region}" is not an AWS region${didYouMean(region, regions) || '.'}`);
}

/** What the SDK makes of an address without a scheme is a stack, or a call to somewhere else. */
function requireAddresses(env: NodeJS.ProcessEnv): void {
  if (env.AWS_IGNORE_CONFIGURED_ENDPOINT_URLS === 'true') return;
  for (const [name, value = ''] of Object.entries(env)) {
    if (!/^AWS_ENDPOINT_URL(?:_|$)/.test(name) || value === '' || isAddress(value)) continue;
    throw new UpError('UP_USAGE', `${name} is "${value}", which is no http:// or https:// address`, {
      hint: `${name}=http://${value.replace(/^.*:\/\//, '')}`,
    });
  }
}

function isAddress(value: string): boolean {
  return /^https?:\/\//i.test(value) && URL.canParse(value);
}
