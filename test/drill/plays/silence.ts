/** Apps that do not answer, or not in time: C12 to C14, C24, L4. */
import { type Bench, drawMethod, gap, type Method, type Play, sendAs } from '../bench.ts';
import { expectVerdict, must, verdictOf } from '../oracle.ts';
import { functionTimeout, proxyTimeout, shortTimeout } from '../package.ts';
import type { Act, Subject } from '../subject.ts';

/** Most of the time by a path with a timeout of its own, which is sooner over. */
function drawTimeout({ draw }: Bench): { readonly path: string; readonly seconds: number } {
  return draw.chance(0.8) ? { path: '/short/x', seconds: shortTimeout } : { path: '/', seconds: proxyTimeout };
}

/** Sends what is not answered in time, and holds our own 504 to its time. */
async function expectTimeout(bench: Bench, subject: Subject, as: Method, act: Act): Promise<void> {
  const { path, seconds } = drawTimeout(bench);
  const reply = await sendAs(subject, as, act, path);
  expectVerdict(reply, 'UP_APP_TIMEOUT');
  const least = Math.min(seconds, functionTimeout - 0.5) * 1_000 - 150;
  must(reply.took >= least, `gave up after ${reply.took} ms, ${seconds} s are allowed`);
}

/** C12: nothing comes, by an app that waits, is busy, or is stopped. */
export const hangs: Play = async (bench) => {
  const { phase, draw } = bench;
  if (phase === 'boot') return deafFromTheStart(bench);
  const subject = await bench.open();
  const silence = draw.pick(['hang', 'block', 'stop']);
  const as = drawMethod(bench);
  if (phase === 'before' || phase === 'mid') {
    await expectTimeout(bench, subject, as, { do: silence, when: phase, shape: draw.pick(['length', 'chunked']) });
    if (phase === 'mid' && silence !== 'hang') await stuckUntilReplaced(bench, subject);
    return subject;
  }
  const when: Act = { when: 'after', ms: draw.whole(0, 20), ...(phase === 'idle' && { hold: 0.1 }) };
  expectVerdict(await subject.send('GET', { do: draw.pick(['block', 'stop']), ...when }), 200);
  await subject.settled();
  // Its timer stands still while it is frozen, so the silence may begin some requests later.
  for (let asked = 0; asked < 10; asked++) if (await stuckUntilReplaced(bench, subject)) return subject;
  return subject;
};

/** An app that has begun to answer is not ended; the next request meets it as it is. A thaw wakes who had stopped. */
async function stuckUntilReplaced(bench: Bench, subject: Subject): Promise<boolean> {
  const reply = await sendAs(subject, drawMethod(bench), {}, '/short/x');
  expectVerdict(reply, 200, 'UP_APP_TIMEOUT');
  return verdictOf(reply) !== 200;
}

async function deafFromTheStart(bench: Bench): Promise<Subject> {
  const subject = await bench.open({ starts: ['asleep'] });
  await stuckUntilReplaced(bench, subject);
  return subject;
}

/** C13: a body that nobody reads is larger than what fits between. */
export const unread: Play = async (bench) => {
  const subject = await bench.open();
  const body = 'x'.repeat(bench.draw.pick([3, 5]) * 1024 * 1024);
  const act = { do: 'hang', when: bench.phase, unread: true };
  const reply = await subject.send('POST', act as Act, { path: '/short/x', body });
  expectVerdict(reply, 'UP_APP_TIMEOUT');
  return subject;
};

/** C14: a byte at a time, each of them in time. */
export const drips: Play = async (bench) => {
  const subject = await bench.open();
  const act: Act = { do: 'none', when: 'mid', shape: bench.draw.pick(['length', 'chunked']), drip: 50, bytes: 1_000 };
  await expectTimeout(bench, subject, drawMethod(bench), act);
  return subject;
};

/** C24: an answer that comes when nobody waits for it any more, or a second one for a request that has one. */
export const lateAnswer: Play = async (bench) => {
  const { phase, draw } = bench;
  const subject = await bench.open();
  const as = drawMethod(bench);
  if (phase === 'before' || phase === 'mid') {
    const act: Act = { do: 'late', when: phase, ms: shortTimeout * 1_000 + draw.whole(-60, 150) };
    expectVerdict(await sendAs(subject, as, act, '/short/x'), 200, 'UP_APP_TIMEOUT');
    return subject;
  }
  const stale = JSON.stringify({ token: 'stale', method: 'GET', requestId: 'stale' });
  const text = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${stale.length}\r\n\r\n${stale}`;
  const reply = await subject.send('GET', { do: 'bytes', when: 'after', ms: draw.whole(0, 30), text, hold: 0.1 });
  expectVerdict(reply, 200);
  await subject.settled();
  // The stale bytes may be under way when it is sent; then it may be lost, but never answered by them.
  expectVerdict(await sendAs(subject, as), 200, 'UP_APP_CLOSED', 'UP_APP_BAD_RESPONSE');
  return subject;
};

/** L4: our own 504 with time to spare, whatever the time is spent on. */
export const deadlineNear: Play = async (bench) => {
  const { phase, draw } = bench;
  const subject = await bench.open();
  const as = drawMethod(bench);
  if (phase === 'boot') {
    subject.starts(`late ${functionTimeout * 1_000 + 500}`);
    await subject.killApp();
    expectVerdict(await sendAs(subject, as), 'UP_APP_STARTING');
    subject.starts();
    return subject;
  }
  const act: Act = phase === 'mid' ? { when: 'mid', drip: 50, bytes: 1_000, shape: 'chunked' } : { do: 'hang' };
  if (phase === 'freeze') await gap(draw.whole(20, 500));
  const reply = await sendAs(subject, as, act);
  expectVerdict(reply, 'UP_APP_TIMEOUT');
  const left = functionTimeout * 1_000 - reply.took;
  must(left <= 1_000, `answered ${left} ms before the deadline`);
  return subject;
};
