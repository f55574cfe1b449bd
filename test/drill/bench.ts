/** What a play works with: a subject that fits, chance, and the moves that several plays share. */
import { until } from '../support/until.ts';
import type { Draw } from './draw.ts';
import { expectVerdict, type Verdict, verdictOf } from './oracle.ts';
import type { DrillPackage, Stage } from './package.ts';
import type { Reply } from './reply.ts';
import type { Act, Host, Subject } from './subject.ts';

export const phases = ['boot', 'idle', 'before', 'mid', 'freeze'] as const;
export type Phase = (typeof phases)[number];

export interface OpenOptions {
  readonly stages?: readonly Stage[];
  readonly hosts?: readonly Host[];
  readonly env?: Readonly<Record<string, string>>;
  /** For a subject of its own, the first starts of its app. */
  readonly starts?: readonly string[];
  /** Done to a new subject before its environment is. */
  readonly prepare?: (subject: Subject) => void;
}

export interface Bench {
  readonly phase: Phase;
  readonly draw: Draw;
  /** A subject that is well and serves, or a new one whose environment is still to be started. */
  open(options?: OpenOptions): Promise<Subject>;
  readonly pack: DrillPackage;
}

/** Injects one fault. Gives the subject that must be well afterwards; null when that cannot be. */
export type Play = (bench: Bench) => Promise<Subject | null>;

/** GET and what carries a key may be repeated, the others not. */
export interface Method {
  readonly method: string;
  readonly key?: string;
}

export function drawMethod({ draw }: Pick<Bench, 'draw'>): Method {
  return draw.pick<Method>([
    { method: 'GET' },
    { method: 'POST' },
    { method: 'DELETE' },
    { method: 'POST', key: `key-${draw.whole(0, 1e6)}` },
  ]);
}

export function isRepeatable({ method, key }: Method): boolean {
  return method === 'GET' || key !== undefined;
}

export function sendAs(subject: Subject, { method, key }: Method, act?: Act, path = '/'): Promise<Reply> {
  return subject.send(method, act, { path, ...(key !== undefined && { key }) });
}

/** How an app may end itself. */
export function drawDeath({ draw }: Pick<Bench, 'draw'>): Act {
  return draw.pick<Act>([
    { do: 'die', signal: 'SIGKILL' },
    { do: 'die', signal: 'SIGSEGV' },
    { do: 'die', code: 0 },
    { do: 'die', code: 1 },
  ]);
}

/**
 * Has the app end in the phase of the bench, and gives the reply to the request that this happened to, which is one that
 * went well where it happened to none.
 */
export async function endApp(
  bench: Bench,
  subject: Subject,
  as: Method,
  death: Act = drawDeath(bench),
): Promise<Reply> {
  const { phase, draw } = bench;
  if (phase === 'before') return sendAs(subject, as, { ...death, when: 'before', times: 1 });
  if (phase === 'mid') {
    const shape = draw.pick(['length', 'chunked']);
    return sendAs(subject, as, { ...death, when: 'mid', shape, times: 1 });
  }
  // Held awake, so that it happens before the freeze.
  const idle: Act = { ...death, when: 'after', ms: draw.whole(0, 20), hold: 0.5 };
  const reply = await subject.send('GET', phase === 'idle' ? idle : {});
  expectVerdict(reply, 200);
  await subject.settled();
  if (phase === 'freeze') await subject.killApp();
  return reply;
}

/** What a request may be told that the app's end happened to, where `next` is what the next run has to say. */
export function lostTo({ phase }: Bench, subject: Subject, as: Method, next: readonly Verdict[]): readonly Verdict[] {
  if (phase !== 'before' && phase !== 'mid') return [200];
  // An exit that is known later than the connection is lost, as behind a shell, is told as just that.
  const lost = ['UP_APP_CRASHED', 'UP_APP_CLOSED'];
  if (!isRepeatable(as)) return lost;
  // Of an answer that is collected first, nobody has seen the first half.
  return phase === 'mid' && subject.options.stage === 'streamed' ? lost : next;
}

/** Asks until it is served, and takes nothing but these for a refusal. */
export async function recover(subject: Subject, allowed: readonly Verdict[], milliseconds = 8_000): Promise<void> {
  await until(
    'the app to serve again',
    async () => {
      const reply = await subject.send('GET');
      expectVerdict(reply, 200, ...allowed);
      return verdictOf(reply) === 200;
    },
    milliseconds,
  );
}

/** A stretch of time that is itself the fault. */
export function gap(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
