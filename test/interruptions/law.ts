/**
 * The interruption law: whatever goes wrong at any call, what is live stays live, the exit code and the words are those
 * of the contract, and the same command run again ends as if nothing had happened.
 */
import { type Fault, faults } from '../support/fault-proxy.ts';
import { send } from '../support/http.ts';
import type { Ran } from '../support/sandbox.ts';
import { answerOf, type Input, type Lane } from './lane.ts';
import { expectLastWords } from './last-words.ts';
import type { World } from './world.ts';

/** A first deploy, one of other code, environment and memory, the way back from it, and the end of the app. */
export const changes = ['create', 'update', 'rollback', 'delete'] as const;
export type Change = (typeof changes)[number];

export interface Case {
  readonly change: Change;
  readonly operation: string;
  /** Which of the calls of that operation, from 1. */
  readonly nth: number;
  readonly fault: Fault;
}

/** What a lane holds, and what is known of it. */
export interface Held {
  readonly live: Input | null;
  readonly url: string;
  /** The last change was a rollback: what is live is not what was published last. */
  readonly back: boolean;
  /** The ends of undisturbed runs. */
  readonly ends: Map<string, World>;
}

export function nothingHeld(): Held {
  return { live: null, url: '', back: false, ends: new Map() };
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

/** Whoever may not list these has made none of them, and needs no right to remove an app without. */
const listedIfAllowed = new Set(['ListObjectsV2', 'ListSchedules']);

/** The calls an undisturbed run of each change makes, with each fault. */
export async function casesOf(lane: Lane): Promise<Case[]> {
  const cases: Case[] = [];
  let held = nothingHeld();
  for (const change of changes) {
    held = await runOnce(lane, held, change);
    const calls = lane.proxy.calls();
    calls.forEach((operation, index) => {
      const nth = calls.slice(0, index + 1).filter((name) => name === operation).length;
      cases.push(...faults.map((fault) => ({ change, operation, nth, fault })));
    });
  }
  return cases;
}

/** Runs one case; gives what the lane holds then. Throws what is wrong. */
export async function runCase(lane: Lane, before: Held, { change, operation, nth, fault }: Case): Promise<Held> {
  const held = await prepare(lane, before, change);
  const { words, from, to } = commandOf(lane, held, change);
  const spare = change === 'delete' ? 0 : lane.world().spare + (change === 'update' ? 1 : 0);
  // Only a removal may take away what is live.
  const watched = held.live !== null && to !== null ? lane.watch(held.url) : null;
  const wasLive = lane.world().live;
  try {
    const faulted = await lane.up(from, words, { fault, operation, nth });
    if (!lane.proxy.hasStruck()) throw new Error(`the call never came: ${lane.proxy.calls().join(' ')}`);
    const tolerated = fault === 'deny' && listedIfAllowed.has(operation);
    if (tolerated) expectCode(faulted, 0);
    else {
      expectFaulted(faulted, fault);
      expectLastWords(faulted, fault, words, { before: wasLive, after: lane.world().live });
    }
    const again = await lane.up(from, words);
    expectCode(again, 0);
    const url = urlAfter(held, change, again);
    expectEnd(lane.world(), held.ends.get(keyOf(held, change)), spare);
    if (to !== null) await expectAnswer(url, to);
    if (watched && to !== null) expectAnswers(await watched.stop(), held.live, to);
    return { ...held, live: to, url, back: change === 'rollback' };
  } finally {
    await watched?.stop();
  }
}

async function expectAnswer(url: string, input: Input): Promise<void> {
  const { text } = await send(url);
  if (text !== answerOf(input)) throw new Error(`${url} answers ${text}`);
}

interface Run {
  readonly words: readonly string[];
  /** In whose folder it runs. */
  readonly from: Input;
  /** What is live then. */
  readonly to: Input | null;
}

function commandOf(lane: Lane, { live }: Held, change: Change): Run {
  if (change === 'delete') return { words: ['delete', '-y'], from: live ?? 'a', to: null };
  const to = change !== 'create' && live === 'a' ? 'b' : 'a';
  if (change === 'rollback') return { words: ['rollback', `v${lane.world().before}`], from: to, to };
  // A domain is only there once its certificate is.
  const waits = lane.kind === 'domain' ? ['--wait'] : [];
  return { words: ['deploy', 'staging', '--no-check', ...waits], from: to, to };
}

function keyOf({ live }: Held, change: Change): string {
  return `${change} from ${live}`;
}

/** Brings the app to where the change begins, and once to where it ends without a fault. */
async function prepare(lane: Lane, held: Held, change: Change): Promise<Held> {
  let now = await atStart(lane, held, change);
  // Both ways: what is live when the next case begins is what this one leaves.
  for (let turn = 0; turn < 2 && !now.ends.has(keyOf(now, change)); turn++) {
    now = await runOnce(lane, now, change);
    now = await atStart(lane, now, change);
  }
  return now;
}

async function atStart(lane: Lane, held: Held, change: Change): Promise<Held> {
  if (change === 'create' && held.live !== null) {
    await lane.wipe();
    return { ...held, live: null, back: false };
  }
  if (change === 'create') return held;
  if (change === 'delete') return held.live === null ? runOnce(lane, held, 'create') : held;
  let now = held.live === null ? await runOnce(lane, held, 'create') : held;
  // An update from where a rollback has led publishes nothing: the version is there.
  if (change === 'update' && now.back) now = await runOnce(lane, now, 'update');
  if (change === 'rollback' && lane.world().before === '') now = await runOnce(lane, now, 'update');
  return now;
}

/** An undisturbed run, against whose end those with a fault are held. */
async function runOnce(lane: Lane, held: Held, change: Change): Promise<Held> {
  const { words, from, to } = commandOf(lane, held, change);
  const ran = await lane.up(from, words);
  expectCode(ran, 0);
  if (!held.back || change === 'rollback') held.ends.set(keyOf(held, change), lane.world());
  return { ...held, live: to, url: urlAfter(held, change, ran), back: change === 'rollback' };
}

function urlAfter(held: Held, change: Change, { stdout }: Ran): string {
  const said = stdout.trim();
  if (change === 'rollback' || change === 'delete') return held.url;
  if (held.live !== null && said !== held.url) throw new Error(`another URL: ${said}, before ${held.url}`);
  return said;
}

function expectFaulted(ran: Ran, fault: Fault): void {
  const wanted = exits[fault];
  const found = ran.code ?? ran.signal;
  if (found !== wanted) throw new Error(`ended with ${found}, wanted ${wanted}\n${ran.stderr}`);
  if (found !== 0 && ran.stdout !== '') throw new Error(`wrote to stdout: ${ran.stdout}`);
}

function expectCode({ code, stderr }: Ran, wanted: number): void {
  if (code !== wanted) throw new Error(`the run without a fault ended with ${code}, wanted ${wanted}\n${stderr}`);
}

/** What an undisturbed run ends in, with no version more than the one that was live before. */
function expectEnd(found: World, wanted: World | undefined, spare: number): void {
  if (wanted === undefined) throw new Error('there was no undisturbed run');
  if (found.hash !== wanted.hash) throw new Error(`another state:\n${difference(wanted.text, found.text)}`);
  if (found.spare !== spare) throw new Error(`${found.spare} versions that no stage uses, wanted ${spare}`);
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
