/**
 * Hostile requests through the whole of the proxy: an event of each of four formats, the middleware of each of three
 * configurations, the real relay and a real app, and the answer as its front door reads it.
 */
import { watchStrays } from '../fuzz/loop.ts';
import { echoApp } from './app.ts';
import { readConfigs } from './configs.ts';
import type { FormatName } from './events.ts';
import type { Payload } from './payload.ts';
import { type Attacked, behind, fire, type Shot, show } from './shot.ts';
import { createWorld } from './world.ts';

export interface AttackOptions {
  readonly payloads: readonly Payload[];
  /** Stops after so many seconds, whatever has been run. */
  readonly seconds?: number | undefined;
}

export interface AttackOutcome {
  readonly runs: number;
  readonly failures: readonly string[];
  /** How often something happened: an attack that meets nothing proves nothing. */
  readonly met: Readonly<Record<string, number>>;
}

/** Payloads at the same time. */
const lanes = 32;

export async function attack({ payloads, seconds = Number.POSITIVE_INFINITY }: AttackOptions): Promise<AttackOutcome> {
  const strays = watchStrays();
  const world = await createWorld();
  const app = await echoApp(world.marks.app);
  const configs = (await readConfigs()).map((variants) => variants.map((config) => behind(config, world, app.port)));
  const failures: string[] = [];
  const met: Record<string, number> = {};
  const until = Date.now() + seconds * 1_000;
  let runs = 0;
  let next = 0;

  async function work(): Promise<void> {
    for (let index = next++; index < payloads.length && Date.now() < until; index = next++) {
      for (const shot of shotsOf(payloads[index] as Payload, index)) {
        runs++;
        await fire(shot, met).catch((error) => void failures.push(`${show(shot)}\n  ${describe(error)}`));
      }
    }
  }

  function shotsOf(payload: Payload, index: number): Shot[] {
    return formats.flatMap((format) =>
      configs.map((variants) => {
        const target = variants[(index >> 2) % variants.length] as Attacked;
        return { ...target, format, payload, variant: index % 4, world, app };
      }),
    );
  }

  await Promise.all(Array.from({ length: lanes }, work));
  await Promise.all([app.close(), world.close()]);
  strays.stop();
  return { runs, failures: [...failures, ...strays.map((stray) => `nobody handled ${stray}`)], met };
}

const formats: readonly FormatName[] = ['payload-v1', 'payload-v2', 'alb', 'lattice-v2'];

function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const frame = (error.stack ?? '').split('\n').find((line) => line.startsWith('    at '));
  return `${error.message.slice(0, 600)}\n${frame ?? ''}`;
}
