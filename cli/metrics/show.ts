/** `up metrics`: reads, counts, shows; with `--watch` again and again. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { wantsColor } from '../io.ts';
import { parseDuration } from '../logs/duration.ts';
import { isUnicode } from '../output/style.ts';
import { readReleases } from '../releases/read.ts';
import type { Release } from '../releases/release.ts';
import { openTarget, type Target } from '../target.ts';
import type { Range } from './model.ts';
import { readCounted, readLoad } from './read.ts';
import { renderMetrics } from './render.ts';
import { type Metrics, toJson, toMetrics } from './report.ts';
import { type Screen, watchLooks } from './watch.ts';

export interface MetricsFlags {
  readonly stage: string;
  /** As given: `24h`. */
  readonly since: string;
  readonly watch: boolean;
}

const slots = 24;
/** Logs of AWS are seconds behind, and every look reads them anew. */
const watchMs = { local: 1_000, aws: 15_000 };

export async function showMetrics(context: Context, { stage, since, watch }: MetricsFlags): Promise<void> {
  const length = parseDuration(since);
  if (length === null || length < 1_000)
    throw new UpError('UP_USAGE', `--since takes a duration such as 15m, 24h or 1w, not "${since}"`, {
      hint: 'up metrics --since 24h',
    });
  const target = await openTarget(context, stage);
  const { io, flags } = context;
  const style = { unicode: isUnicode(io.env) };
  const look = async () => {
    const metrics = await readMetrics(target, length, Date.now());
    return { text: renderMetrics(metrics, since, style), json: toJson(metrics) };
  };
  const show = ({ text, json }: Awaited<ReturnType<typeof look>>) => context.result(text, json);
  if (!watch) return show(await look());
  // Ctrl-C is how watching ends: nothing was interrupted.
  context.onInterrupt(async () => {});
  const screen: Screen = {
    get columns() {
      return io.columns;
    },
    redraws: io.stdoutIsTty && !flags.json && wantsColor(io.env, true, flags.color),
    write: (text) => void io.stdout.write(text),
  };
  await watchLooks(screen, look, show, () => sleep(target.session.local ? watchMs.local : watchMs.aws));
}

async function readMetrics(
  { app, stage, session, identity, clients, config }: Target,
  length: number,
  now: number,
): Promise<Metrics> {
  const range: Range = { since: Math.max(0, now - length), until: now, slots };
  const releases = await readReleases(clients.lambda, app);
  if (!releases.some((release) => isOf(release, stage))) throw notDeployed(app, stage, session.local);
  const stages = new Map(releases.map(({ version, stage: own }) => [version, own]));
  const asked = { app, stage, range, stageOf: (version: string) => stages.get(version) };
  const counted = await readCounted(session, asked, now);
  const load = await readLoad(session, asked, counted);
  return toMetrics(load, counted, range, { app, stage, region: identity.region, front: config.url, releases });
}

function isOf({ stage: own, live }: Release, stage: string): boolean {
  return own === stage || live.some((one) => one.stage === stage);
}

function notDeployed(app: string, stage: string, local: boolean): UpError {
  const command = `up ${stage}${local ? ' --local' : ''}`;
  return new UpError('UP_NOT_DEPLOYED', `"${app}" has not been deployed to ${stage}`, {
    hint: command,
    next: [command],
  });
}
