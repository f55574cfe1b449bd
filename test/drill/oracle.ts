/** What must be true after every injection, whatever was injected. */
import { bodyOf } from './event.ts';
import { appProcesses, descriptorsOf, zombiesOf } from './processes.ts';
import type { Reply } from './reply.ts';
import type { Subject } from './subject.ts';

/** Connections of the last requests may be open still, or closed already. */
const strayDescriptors = 4;

/** A status, an error code of ours, or the error type of a failed invocation. */
export type Verdict = number | string;

export function verdictOf({ failure, code, cut, status }: Reply): Verdict {
  return failure ?? code ?? cut ?? status;
}

export function expectVerdict(reply: Reply, ...allowed: readonly Verdict[]): void {
  const verdict = verdictOf(reply);
  if (allowed.includes(verdict)) {
    expectWhole(reply);
    return;
  }
  const said = reply.failureMessage || reply.body.toString('utf8', 0, 300);
  throw new Error(`${reply.method} ${reply.token}: expected ${allowed.join(' or ')}, got ${verdict}: ${said}`);
}

/** Nothing that is called a success is cut short. */
function expectWhole(reply: Reply): void {
  if (verdictOf(reply) !== 200 || reply.app !== null) return;
  throw new Error(`a 200 that is not the app's whole answer: ${reply.body.toString('utf8', 0, 300)}`);
}

export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** One ordinary GET and POST, each served by exactly one app, with nothing left behind. */
export async function expectHealthy(subject: Subject): Promise<void> {
  const get = await subject.send('GET');
  expectVerdict(get, 200);
  const post = await subject.send('POST');
  expectVerdict(post, 200);
  must(post.app?.size === bodyOf(post.token).length, `the app read ${post.app?.size} bytes of the body`);
  await subject.settled();
  expectOneTree(subject, post.app?.pid ?? 0);
  const zombies = zombiesOf(subject.pid());
  must(zombies.length === 0, `zombies under the proxy: ${zombies.join(', ')}`);
  expectNoLeak(subject);
  expectDeliveries(subject);
}

function expectOneTree(subject: Subject, pid: number): void {
  const found = appProcesses(subject.logStream());
  const runs = new Set(found.map(({ run }) => run));
  must(
    runs.size === 1 && found.some((process) => process.pid === pid),
    `expected one app, that of process ${pid}: ${found.map((process) => `${process.pid} ${process.run}`).join(', ')}`,
  );
}

/** Compared with what this very process had open when it was first seen well. */
function expectNoLeak(subject: Subject): void {
  const open = descriptorsOf(subject.pid());
  const key = `descriptors of ${subject.pid()}`;
  const before = subject.notes.get(key) ?? open.length;
  subject.notes.set(key, before);
  must(open.length <= before + strayDescriptors, `${open.length} descriptors, ${before} before: ${count(open)}`);
}

function count(kinds: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const kind of kinds) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, times]) => `${times} ${kind}`).join(', ');
}

/** What may not be repeated was delivered once at most for each time it was sent, the rest twice. */
export function expectDeliveries({ ledger, sent }: Pick<Subject, 'ledger' | 'sent'>): void {
  const deliveries = ledger.deliveries();
  const wanted = new Map<string, { times: number; each: number }>();
  for (const { token, method } of sent()) {
    const each = method === 'GET' || method.endsWith(' keyed') ? 2 : 1;
    wanted.set(token, { times: (wanted.get(token)?.times ?? 0) + 1, each });
  }
  for (const [token, { times, each }] of wanted) {
    const seen = deliveries.filter((delivery) => delivery.token === token).length;
    must(seen <= times * each, `${token} was sent ${times} times and delivered ${seen} times`);
  }
}
