/**
 * The interruption law: whatever goes wrong at any call, what is live stays live, the exit code and the words are those
 * of the contract, and the same command run again ends as if nothing had happened.
 */
import { type Fault, faults } from '../support/fault-proxy.ts';
import { send } from '../support/http.ts';
import type { Ran } from '../support/sandbox.ts';
import { answerOf, type Input, type Lane } from './lane.ts';
import type { World } from './world.ts';

export const changes = ['create', 'update'] as const;
export type Change = (typeof changes)[number];

export interface Case {
  readonly change: Change;
  readonly operation: string;
  /** Which of the calls of that operation, from 1. */
  readonly nth: number;
  readonly fault: Fault;
}

/** What a lane knows of the app it holds. */
export interface Held {
  readonly live: Input | null;
  readonly url: string;
  /** Undisturbed runs: the state they end in. */
  readonly ends: Map<string, World>;
}

export function nothingHeld(): Held {
  return { live: null, url: '', ends: new Map() };
}

/** Exit codes of the contract; a killed program has none. */
const exits: Readonly<Record<Fault, number | 'SIGKILL'>> = {
  'kill before': 'SIGKILL',
  'kill after': 'SIGKILL',
  drop: 0,
  truncate: 0,
  throttle: 0,
  outage: 6,
  deny: 4,
  expire: 3,
  interrupt: 130,
};

const words: Readonly<Partial<Record<Fault, RegExp>>> = {
  outage: /UP_AWS_UNAVAILABLE\n.*Then {7}up deploy staging --no-check\n$/s,
  deny: /UP_AWS_DENIED\n.*Then {7}up deploy staging --no-check\n$/s,
  expire: /UP_AUTH_EXPIRED\n.*aws sso login\n {2}Then {7}up deploy staging --no-check\n$/s,
  interrupt: /\nInterrupted\. What is live stays live\. To go on: up deploy staging --no-check\n$/,
};

const deploy = ['deploy', 'staging', '--no-check'];

/** The calls an undisturbed run of each change makes, as cases. */
export async function casesOf(lane: Lane): Promise<Case[]> {
  const cases: Case[] = [];
  for (const change of changes) {
    lane.write(change === 'create' ? 'a' : 'b');
    expectCode(await lane.up(deploy), 0);
    const counts = new Map<string, number>();
    for (const operation of lane.proxy.calls()) {
      const nth = (counts.get(operation) ?? 0) + 1;
      counts.set(operation, nth);
      cases.push(...faults.map((fault) => ({ change, operation, nth, fault })));
    }
  }
  return cases;
}

/** Runs one case; gives what the lane holds then. Throws what is wrong. */
export async function runCase(lane: Lane, before: Held, { change, operation, nth, fault }: Case): Promise<Held> {
  const held = await prepare(lane, before, change);
  const wanted: Input = change === 'update' && held.live === 'a' ? 'b' : 'a';
  lane.write(wanted);
  const { spare } = lane.world();
  const watched = held.live === null ? null : lane.watch(held.url);
  try {
    const faulted = await lane.up(deploy, { fault, operation, nth });
    if (!lane.proxy.hasStruck()) throw new Error(`the call never came: ${lane.proxy.calls().join(' ')}`);
    expectFaulted(faulted, fault);
    const again = await lane.up(deploy);
    expectCode(again, 0);
    const url = again.stdout.trim();
    if (held.live !== null && url !== held.url) throw new Error(`another URL: ${url}, before ${held.url}`);
    expectEnd(lane.world(), held.ends.get(keyOf(held.live, wanted)), spare + (held.live === null ? 0 : 1));
    const { text } = await send(url);
    if (text !== answerOf(wanted)) throw new Error(`${url} answers ${text}`);
    if (watched) expectAnswers(await watched.stop(), held.live, wanted);
    return { ...held, live: wanted, url };
  } finally {
    await watched?.stop();
  }
}

/** What an undisturbed run ends in, with no version more than the one that was live before. */
function expectEnd(found: World, wanted: World | undefined, spare: number): void {
  if (wanted === undefined) throw new Error('there was no undisturbed run');
  if (found.hash !== wanted.hash) throw new Error(`another state:\n${difference(wanted.text, found.text)}`);
  if (found.spare !== spare) throw new Error(`${found.spare} versions that no stage uses, wanted ${spare}`);
}

/** Brings the app to where the change begins, and once to where it ends without a fault. */
async function prepare(lane: Lane, held: Held, change: Change): Promise<Held> {
  if (change === 'create') {
    const now = held.ends.has('create a') ? held : await record(lane, { ...held, live: null }, 'a');
    if (now.live !== null) await lane.wipe();
    return { ...held, live: null };
  }
  let now = held.live === null ? await record(lane, held, 'a') : held;
  for (const [from, to] of [
    ['a', 'b'],
    ['b', 'a'],
  ] as const)
    if (!now.ends.has(keyOf(from, to))) {
      if (now.live !== from) now = await record(lane, now, from);
      now = await record(lane, now, to);
    }
  return now;
}

/** An undisturbed run, whose end is what runs with a fault are held against. */
async function record(lane: Lane, held: Held, input: Input): Promise<Held> {
  if (held.live === null) await lane.wipe();
  lane.write(input);
  const ran = await lane.up(deploy);
  expectCode(ran, 0);
  held.ends.set(keyOf(held.live, input), lane.world());
  return { ...held, live: input, url: ran.stdout.trim() };
}

function keyOf(from: Input | null, to: Input): string {
  return from === null ? `create ${to}` : `${from} to ${to}`;
}

function expectFaulted(ran: Ran, fault: Fault): void {
  const wanted = exits[fault];
  const found = ran.code ?? ran.signal;
  if (found !== wanted) throw new Error(`ended with ${found}, wanted ${wanted}\n${ran.stderr}`);
  if (found !== 0 && ran.stdout !== '') throw new Error(`wrote to stdout: ${ran.stdout}`);
  const pattern = words[fault];
  if (pattern && !pattern.test(ran.stderr)) throw new Error(`does not say ${pattern}:\n${ran.stderr}`);
}

function expectCode({ code, stderr }: Ran, wanted: number): void {
  if (code !== wanted) throw new Error(`the run without a fault ended with ${code}, wanted ${wanted}\n${stderr}`);
}

/** The old one until the alias moves, then the new one, and nothing else. */
function expectAnswers(seen: readonly string[], from: Input | null, to: Input): void {
  const allowed = from === null ? [] : [answerOf(from), answerOf(to)];
  const ok = seen.every((said, index) => said === allowed[index]);
  if (!ok) throw new Error(`users saw ${JSON.stringify(seen)}, wanted ${JSON.stringify(allowed)}`);
}

function difference(wanted: string, found: string): string {
  const [a, b] = [wanted.split('\n'), found.split('\n')];
  const minus = a.filter((line) => !b.includes(line)).map((line) => `- ${line}`);
  const plus = b.filter((line) => !a.includes(line)).map((line) => `+ ${line}`);
  return [...minus, ...plus].slice(0, 40).join('\n') || `${a.length} lines, found ${b.length}`;
}
