/** Injects faults in lanes side by side. An injection follows from its seed alone; the next one has the next seed. */
import type { Bench, OpenOptions } from './bench.ts';
import { type Draw, drawFrom } from './draw.ts';
import { type Cell, cells } from './faults.ts';
import { watchLateness } from './lateness.ts';
import { expectDeliveries, expectHealthy, expectVerdict } from './oracle.ts';
import type { DrillPackage, Stage } from './package.ts';
import { type Host, openSubject, type Subject, type SubjectOptions } from './subject.ts';

export interface DrillOptions {
  readonly faults: number;
  readonly seed: number;
  readonly lanes: number;
  /** Stops after so many seconds. */
  readonly seconds?: number;
  /** Only these; default: all. */
  readonly only?: (cell: Cell) => boolean;
  readonly pack: DrillPackage;
  /** Ends it after what is under way. */
  readonly signal?: AbortSignal;
  readonly onFailure?: (report: string) => void;
}

export interface DrillOutcome {
  readonly runs: number;
  readonly failed: number;
  readonly reports: readonly string[];
  /** Injections by fault and phase, and the milliseconds they took. */
  readonly counts: ReadonlyMap<string, number>;
  readonly times: ReadonlyMap<string, number>;
}

/** Of environments that are kept for later, and injections that each of them takes. */
const kept = 40;
const longestLife = 40;
const shownLines = 25;
const shownChars = 1_000;

export async function drill(options: DrillOptions): Promise<DrillOutcome> {
  const { seconds = Number.POSITIVE_INFINITY } = options;
  const wanted = cells.filter(options.only ?? (() => true));
  const started = performance.now();
  const counts = new Map<string, number>();
  const times = new Map<string, number>();
  const reports: string[] = [];
  let next = 0;
  let runs = 0;

  const pool = createPool(options.pack);

  async function work(): Promise<void> {
    while (next < options.faults && (performance.now() - started) / 1_000 < seconds && !options.signal?.aborted) {
      const seed = (options.seed + next++) >>> 0;
      const cell = cellOf(wanted, seed);
      const began = performance.now();
      const report = await injectInTime(cell, seed, pool, options.pack);
      runs++;
      const name = nameOf(cell);
      times.set(name, (times.get(name) ?? 0) + performance.now() - began);
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (report === null) continue;
      reports.push(report);
      options.onFailure?.(report);
    }
  }

  await Promise.all(Array.from({ length: options.lanes }, work));
  await pool.close();
  return { runs, failed: reports.length, reports, counts, times };
}

export function nameOf({ fault, phase }: Pick<Cell, 'fault' | 'phase'>): string {
  return `${fault.id} ${phase}`;
}

/** Neighbouring seeds are of different faults, and as many as there are cells meet each of them once. */
function cellOf(wanted: readonly Cell[], seed: number): Cell {
  const stride = [53, 59, 61, 67].find((prime) => wanted.length % prime !== 0) ?? 1;
  return wanted[(seed * stride) % wanted.length] as Cell;
}

/**
 * A failure to be in time says nothing while this process itself, which measures it, was late by as much: then the same
 * is injected again.
 */
async function injectInTime(cell: Cell, seed: number, pool: Pool, pack: DrillPackage): Promise<string | null> {
  for (let again = 0; ; again++) {
    const started = performance.now();
    const report = await inject(cell, seed, pool, pack);
    const isLate = report !== null && aboutTime.test(report) && lateness.within(performance.now() - started) > lateMs;
    if (!isLate || again >= 3) return report;
  }
}

const lateness = watchLateness();
const lateMs = 300;
const aboutTime = /^FAIL .*(?:Sandbox\.Timedout|too near the deadline|before the deadline|ms after the app had ended)/;

async function inject(cell: Cell, seed: number, pool: Pool, pack: DrillPackage): Promise<string | null> {
  const draw = drawFrom(seed);
  const used: Subject[] = [];
  const wells = new Set<Subject>();
  const bench: Bench = {
    phase: cell.phase,
    draw,
    pack,
    async open(options = {}) {
      const subject = await pool.open(drawOptions(draw, cell, options), options);
      used.push(subject);
      return subject;
    },
  };
  try {
    const subject = await cell.play(bench);
    if (subject !== null) {
      await expectHealthy(subject);
      wells.add(subject);
    } else for (const one of used) expectDeliveries(one);
    return null;
  } catch (error) {
    return describe(cell, seed, error as Error, used);
  } finally {
    for (const subject of used) await pool.giveBack(subject, wells.has(subject));
  }
}

const usualStages: readonly Stage[] = ['node', 'node', 'shell', 'streamed'];
const usualHosts: readonly Host[] = ['loop', 'loop', 'loop', 'handler'];

function drawOptions(draw: Draw, { phase }: Cell, { stages = usualStages, hosts = usualHosts, env = {} }: OpenOptions) {
  const stage = draw.pick(stages);
  const host = draw.pick(hosts);
  // The stand-in for AWS's client does not stream, and its platform does not wait for extensions.
  const loop = stage === 'streamed' || phase === 'idle';
  return { stage, env, host: loop ? 'loop' : host } satisfies SubjectOptions;
}

function describe({ fault, phase }: Cell, seed: number, error: Error, used: readonly Subject[]): string {
  const frame = (error.stack ?? '')
    .split('\n')
    .find((line) => /plays\/|oracle\.ts/.test(line) && !/expectVerdict|must/.test(line));
  const subjects = used.map(({ options, log, ledger }) => {
    const { stage, host } = options;
    const told = ledger.deliveries().map(({ token, method }) => `${token} ${method}`);
    return [
      `  ${stage}, ${host}; delivered: ${told.join(', ')}`,
      ...log()
        .slice(-shownLines)
        .map((line) => line.slice(0, shownChars)),
    ].join('\n    ');
  });
  const what = `${fault.id} ${fault.title}, ${phase}: ${error.message}`;
  return [`FAIL (--faults 1 --seed ${seed}) ${what}`, frame ?? '', ...subjects].join('\n');
}

interface Pool {
  open(options: SubjectOptions, wanted: OpenOptions): Promise<Subject>;
  /** After an injection; what is not well is retired. */
  giveBack(subject: Subject, isWell: boolean): Promise<void>;
  close(): Promise<void>;
}

function createPool(pack: DrillPackage): Pool {
  const free = new Map<string, Subject[]>();
  const lives = new WeakMap<Subject, number>();
  const keyOf = (options: SubjectOptions) => JSON.stringify(options);

  async function opened(options: SubjectOptions): Promise<Subject> {
    const found = free.get(keyOf(options))?.pop();
    if (found) return found;
    const subject = openSubject(pack, options);
    expectVerdict(await subject.send('GET'), 200);
    return subject;
  }

  return {
    async open(options, { starts, prepare }) {
      if (starts) {
        const subject = openSubject(pack, options);
        subject.starts(...starts);
        prepare?.(subject);
        return subject;
      }
      const subject = await opened(options);
      await subject.settled();
      subject.begin();
      return subject;
    },
    async giveBack(subject, isWell) {
      const life = (lives.get(subject) ?? 0) + 1;
      lives.set(subject, life);
      const count = [...free.values()].reduce((sum, { length }) => sum + length, 0);
      if (!isWell || life >= longestLife || count >= kept) return subject.retire();
      const key = keyOf(subject.options);
      free.set(key, [...(free.get(key) ?? []), subject]);
    },
    async close() {
      for (const subjects of free.values()) for (const subject of subjects) await subject.retire();
    },
  };
}
