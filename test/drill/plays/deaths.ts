/** Ends of a running app, C8 to C10 and C15 to C18: what its requests get, and what is left of it. */
import { until } from '../../support/until.ts';
import {
  type Bench,
  drawDeath,
  drawMethod,
  endApp,
  isRepeatable,
  lostTo,
  type Method,
  type Play,
  sendAs,
} from '../bench.ts';
import { expectVerdict, must, type Verdict } from '../oracle.ts';
import { appProcesses, isDead, signal } from '../processes.ts';
import type { Reply } from '../reply.ts';
import type { Act, Subject } from '../subject.ts';

/** faults.md says 100 ms; the rest is for a machine on which eight of these run at a time. */
const noticeMs = 1_000;

/** C8: nobody is to notice. */
export const whileIdle: Play = async (bench) => {
  const subject = await bench.open();
  await endApp(bench, subject, { method: 'GET' });
  expectVerdict(await sendAs(subject, drawMethod(bench)), 200);
  return subject;
};

/** C9: what may be repeated is, once; the rest hears of it at once. */
export const beforeFirstByte: Play = async (bench) => {
  const subject = await bench.open();
  const as = drawMethod(bench);
  const always = bench.draw.chance(0.3);
  const death = bench.draw.pick<Act>([drawDeath(bench), { do: 'reset' }, { do: 'close' }]);
  const reply = await sendAs(subject, as, { ...death, when: 'before', ...(!always && { times: 1 }) });
  expectVerdict(reply, ...(isRepeatable(as) && !always ? [200] : lostBy(death)));
  expectSoon(subject, reply);
  return subject;
};

/** An exit that is known later than the connection is lost, as on a busy machine, is told as just that. */
function lostBy(death: Act): Verdict[] {
  return death.do === 'die' ? ['UP_APP_CRASHED', 'UP_APP_CLOSED'] : ['UP_APP_CLOSED'];
}

function expectSoon({ ledger }: Subject, reply: Reply): void {
  const ended = ledger.endedBy(reply.token);
  if (ended === null || reply.status === 200 || ledger.deliveries().length > 1) return;
  must(reply.at - ended <= noticeMs, `told ${reply.at - ended} ms after the app had ended`);
}

/** C10: cut short is never a success. */
export const midBody: Play = async (bench) => {
  const { draw } = bench;
  const subject = await bench.open();
  const death = draw.pick<Act>([drawDeath(bench), { do: 'reset' }]);
  const shape = draw.pick(['length', 'chunked', ...(death.do === 'reset' ? ['close'] : [])]);
  const bytes = draw.pick([0, 1_000, 200_000]);
  const reply = await sendAs(subject, drawMethod(bench), { ...death, when: 'mid', shape, bytes });
  expectVerdict(reply, 'UP_APP_CRASHED', ...lostBy(death));
  return subject;
};

/** C15: the log names the signal. */
export const bySignal: Play = async (bench) => {
  const { phase, draw } = bench;
  const name = draw.pick(['SIGKILL', 'SIGSEGV', 'SIGBUS', 'SIGABRT', 'SIGTERM']);
  const death: Act = { do: 'die', signal: name };
  const subject = await bench.open(phase === 'boot' ? { starts: [`fault ${JSON.stringify(death)}`] } : {});
  const as = drawMethod(bench);
  if (phase !== 'boot') expectVerdict(await endApp(bench, subject, as, death), ...lostTo(bench, subject, as, [200]));
  expectVerdict(await sendAs(subject, as), 200);
  // Stopped, it cannot end itself: then it was killed.
  if (subject.options.stage !== 'shell') await expectNamed(subject, phase === 'freeze' ? 'SIGKILL' : name);
  return subject;
};

/** Its last output is read first, for which a freeze may leave no time before the next request. */
function expectNamed(subject: Subject, name: string): Promise<unknown> {
  return until(`the log to name ${name}`, async () => {
    if (subject.log().some((line) => line.includes(name))) return true;
    await subject.send('GET');
    return false;
  });
}

/** C16: what left the process group dies with the app that started it. */
export const daemons: Play = async (bench) => {
  const { phase, draw } = bench;
  const count = draw.whole(1, 3);
  const fork = { do: 'daemon', count };
  const subject = await bench.open(phase === 'boot' ? { starts: [`fault ${JSON.stringify(fork)}`] } : {});
  const as = drawMethod(bench);
  const { app } = await subject.send('GET', phase === 'boot' ? {} : fork);
  must(app !== null, 'no answer to the one that forked');
  await subject.settled();
  await until(`${count} forks`, () => appProcesses(subject.logStream()).length > count);
  const before = appProcesses(subject.logStream());
  if (phase === 'boot') await subject.killApp();
  else expectVerdict(await endOne(bench, subject, as, app?.pid ?? 0), ...lostTo(bench, subject, as, [200]));
  expectVerdict(await sendAs(subject, as), 200);
  await subject.settled();
  const now = new Set(appProcesses(subject.logStream()).map(({ pid }) => pid));
  const left = before.filter(({ pid }) => now.has(pid));
  must(left.length === 0, `${left.length} of ${before.length} processes outlive the app`);
  return subject;
};

/** Only the server itself: its daemons are what is looked for. */
async function endOne(bench: Bench, subject: Subject, as: Method, pid: number): Promise<Reply> {
  if (bench.phase !== 'freeze') return endApp(bench, subject, as, { do: 'die', signal: 'SIGKILL' });
  const reply = await subject.send('GET');
  await subject.settled();
  signal(pid, 'SIGKILL');
  await until('the server to be dead', () => isDead(pid));
  return reply;
}

/** C17: as many as there is time for; zombies are counted after every injection. */
export const again: Play = async (bench) => {
  const subject = await bench.open();
  for (let times = bench.draw.whole(2, 4); times > 0; times--) {
    const as = drawMethod(bench);
    expectVerdict(await endApp(bench, subject, as), ...lostTo(bench, subject, as, [200]));
    if (bench.phase !== 'before' && bench.phase !== 'mid') expectVerdict(await sendAs(subject, as), 200);
    // One answer between two ends: without it they would be a loop of failing starts.
    expectVerdict(await subject.send('GET'), 200);
  }
  return subject;
};

/** C18: connections that end in every way; descriptors are counted after every injection. */
export const connectionsLost: Play = async (bench) => {
  const { phase, draw } = bench;
  const subject = await bench.open();
  for (let times = draw.whole(3, 8); times > 0; times--) {
    const end = draw.pick(['reset', 'close']);
    const when = phase === 'before' || phase === 'mid' ? phase : 'after';
    const act: Act = { do: end, when, ms: draw.whole(0, 20), ...(phase === 'idle' && { hold: 0.05 }) };
    const reply = await subject.send(when === 'after' ? 'GET' : draw.pick(['GET', 'POST']), act);
    expectVerdict(reply, ...(when === 'after' ? [200] : ['UP_APP_CLOSED', 'UP_APP_CRASHED']));
  }
  return subject;
};
