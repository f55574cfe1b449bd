/** What Lambda does to an environment, L1 to L7, L9 and L10. */
import { freezeTree, thaw } from '../../../local/lambda/process-tree.ts';
import { until } from '../../support/until.ts';
import { type Bench, drawMethod, endApp, gap, lostTo, type Play, sendAs } from '../bench.ts';
import { expectVerdict, must } from '../oracle.ts';
import { functionTimeout, shortTimeout } from '../package.ts';
import { isDead, signal } from '../processes.ts';
import type { Act, Subject } from '../subject.ts';

/** L1: an app that keeps idle connections for less than the gap, and says so or not. */
export const deadSockets: Play = async (bench) => {
  const { phase, draw } = bench;
  const subject = await bench.open({ env: { DRILL_KEEP_ALIVE: String(draw.pick([30, 100])) } });
  const act: Act = { unhinted: draw.chance(0.5), ...(phase === 'idle' && { hold: 0.3 }) };
  for (let times = draw.whole(2, 4); times > 0; times--) {
    expectVerdict(await sendAs(subject, drawMethod(bench), act), 200);
    await subject.settled();
    if (phase === 'freeze') await gap(draw.whole(20, 500));
  }
  return subject;
};

/** L2: what was armed before a freeze is due all at once at its end. */
export const timersAtThaw: Play = async (bench) => {
  const { phase, draw } = bench;
  if (phase === 'boot' || phase === 'before' || phase === 'mid') return stopped(bench);
  const subject = await bench.open();
  const as = drawMethod(bench);
  expectVerdict(await sendAs(subject, as, { hold: 0.2 }, '/short/x'), 200);
  await subject.settled();
  await gap(shortTimeout * 1_000 + draw.whole(0, 200));
  const late: Act = { do: 'late', ms: draw.whole(100, 300) };
  expectVerdict(await sendAs(subject, as, late, '/short/x'), 200);
  return subject;
};

/** The whole environment stands still in the middle of what it does. */
async function stopped(bench: Bench): Promise<Subject> {
  const { phase, draw } = bench;
  const subject = await bench.open(phase === 'boot' ? { starts: ['late 100'] } : {});
  if (phase === 'boot') await subject.start();
  const seen = subject.ledger.deliveries().length;
  const request = sendAs(subject, drawMethod(bench), { do: 'late', when: phase === 'mid' ? 'mid' : 'before', ms: 300 });
  const reached = () => subject.ledger.deliveries().length > seen || (phase === 'boot' && subject.ledger.starts() > 0);
  await until('the request to have arrived', reached);
  const frozen = freezeTree(subject.pid());
  await gap(draw.whole(50, 400));
  thaw(frozen);
  expectVerdict(await request, 200);
  return subject;
}

/** L3: the wall clock is set while something is measured, and set back. Durations are not to follow it. */
export const clockJumps: Play = async (bench) => {
  const { phase, draw, pack } = bench;
  const subject = await bench.open({
    hosts: ['loop'],
    stages: ['node'],
    env: { NODE_OPTIONS: `--require ${pack.dir}/clock.cjs` },
    ...(phase === 'boot' && { starts: ['late 200'] }),
  });
  const hours = draw.pick([-26, -1, 1, 26]) * 3_600_000;
  const as = drawMethod(bench);
  if (phase === 'boot') {
    await subject.start();
    await until('the app to have started', () => subject.ledger.starts() > 0);
    setClock(subject, hours);
    setClock(subject, 0);
    expectVerdict(await sendAs(subject, as), 200);
    return subject;
  }
  if (phase === 'before' || phase === 'mid') {
    const request = sendAs(subject, as, { do: draw.pick(['late', 'hang']), when: phase, ms: 200 }, '/short/x');
    await until('the request to have arrived', () => subject.ledger.deliveries().length > 0);
    setClock(subject, hours);
    expectVerdict(await request, 200, 'UP_APP_TIMEOUT');
    setClock(subject, 0);
    return subject;
  }
  expectVerdict(await subject.send('GET', phase === 'idle' ? { hold: 0.2 } : {}), 200);
  if (phase === 'freeze') await subject.settled();
  setClock(subject, hours);
  expectVerdict(await sendAs(subject, as), 200);
  setClock(subject, 0);
  return subject;
};

function setClock(subject: Subject, milliseconds: number): void {
  subject.note('clock', String(milliseconds));
  signal(subject.pid(), 'SIGUSR2');
}

/** L5: a proxy that is stopped cannot keep its deadline, and one that is killed cannot answer. */
export const proxyGone: Play = async (bench) => {
  const { phase, draw } = bench;
  const subject = await bench.open();
  const kill = draw.chance(0.5) || phase === 'freeze';
  if (phase === 'freeze') {
    await subject.settled();
    const pid = subject.pid();
    signal(pid, 'SIGKILL');
    await until('the environment to be given up', () => isDead(pid) && !subject.isAlive());
    return subject;
  }
  const request = subject.send(draw.pick(['GET', 'POST']), { do: 'late', when: phase as 'before' | 'mid', ms: 400 });
  await until('the request to have arrived', () => subject.ledger.deliveries().length > 0);
  signal(subject.pid(), kill ? 'SIGKILL' : 'SIGSTOP');
  const reply = await request;
  if (kill) expectVerdict(reply, 'Runtime.ExitError', 'stream broken off');
  else expectVerdict(reply, 'Sandbox.Timedout', 'stream broken off');
  if (reply.failure === 'Sandbox.Timedout') {
    const wanted = `Task timed out after ${functionTimeout.toFixed(2)} seconds`;
    must(reply.failureMessage.includes(wanted), `the platform said ${reply.failureMessage}`);
  }
  return subject;
};

/** L6 */
export const tooLarge: Play = async (bench) => {
  const { phase, draw } = bench;
  const subject = await bench.open({ stages: ['node', 'streamed'] });
  const bytes = draw.pick([6_400_000, 7_000_000]);
  const shape = phase === 'mid' ? 'chunked' : 'length';
  const reply = await sendAs(subject, drawMethod(bench), { when: phase as 'before' | 'mid', shape, bytes });
  expectVerdict(reply, subject.options.stage === 'streamed' ? 200 : 'UP_RESPONSE_TOO_LARGE');
  return subject;
};

/** L7: the runtime dies in its init, and is started again inside the first invocation. */
export const initCrash: Play = async (bench) => {
  const subject = await bench.open({ starts: [`fault ${JSON.stringify({ do: 'parent' })}`], stages: ['node'] });
  expectVerdict(await sendAs(subject, drawMethod(bench)), 200);
  return subject;
};

/** L9: the platform sends an event again. Both are delivered, each by an id of its own. */
export const sentTwice: Play = async (bench) => {
  const { phase, draw } = bench;
  const subject = await bench.open(phase === 'boot' ? { starts: ['ok'] } : {});
  const fails = (phase === 'before' || phase === 'mid') && draw.chance(0.5);
  const act: Act = fails ? { do: 'die', when: phase, times: 1 } : {};
  const first = await subject.send('POST', act);
  expectVerdict(first, ...(fails ? ['UP_APP_CRASHED', 'UP_APP_CLOSED'] : [200]));
  if (phase === 'freeze' || phase === 'idle') await endApp(bench, subject, { method: 'GET' });
  const second = await subject.send('POST', act, { token: first.token });
  expectVerdict(second, 200);
  const ids = subject.ledger.deliveries().filter(({ token }) => token === first.token);
  must(ids.length === 2 && ids[0]?.requestId !== ids[1]?.requestId, `delivered as ${JSON.stringify(ids)}`);
  return subject;
};

/** L10: nothing can be written where temporary files go. */
export const noTemporary: Play = async (bench) => {
  const { phase, draw } = bench;
  const as = drawMethod(bench);
  const env = { TMPDIR: draw.pick(['/proc', '/sys', '/dev/full', '/nowhere']) };
  const subject = await bench.open({ env, ...(phase === 'boot' && { starts: ['ok'] }) });
  if (phase !== 'boot') expectVerdict(await endApp(bench, subject, as), ...lostTo(bench, subject, as, [200]));
  expectVerdict(await sendAs(subject, as), 200);
  return subject;
};
