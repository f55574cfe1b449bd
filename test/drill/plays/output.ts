/** What an app does with its descriptors and signals: C19 to C21, C23. None of it may cost a request. */
import { until } from '../../support/until.ts';
import { type Bench, drawMethod, type Play, sendAs } from '../bench.ts';
import { expectVerdict, must } from '../oracle.ts';
import { appProcesses, isDead, signal } from '../processes.ts';
import type { Act, Subject } from '../subject.ts';

/** Has the app do something in the phase of the bench that is not to disturb anybody. */
async function harmless(bench: Bench, fault: Act): Promise<Subject> {
  const { phase, draw } = bench;
  const as = drawMethod(bench);
  const subject = await bench.open(phase === 'boot' ? { starts: [`fault ${JSON.stringify(fault)}`] } : {});
  if (phase === 'before' || phase === 'mid') expectVerdict(await sendAs(subject, as, { ...fault, when: phase }), 200);
  if (phase === 'idle' || phase === 'freeze') {
    const hold = phase === 'idle' && { hold: 0.1 };
    expectVerdict(await sendAs(subject, as, { ...fault, when: 'after', ms: draw.whole(0, 10), ...hold }), 200);
  }
  expectVerdict(await sendAs(subject, as), 200);
  return subject;
}

/** C19 */
export const floods: Play = (bench) => {
  const { draw } = bench;
  const kind = draw.pick(['line', 'lines', 'binary', 'not-utf8', 'partial']);
  return harmless(bench, { do: 'flood', kind, size: draw.pick([100, 70_000, 300_000, 1_000_000]) });
};

/** C19: what stands unterminated when the app ends is still its last word. */
export const partialLine: Play = async (bench) => {
  const subject = await harmless(bench, { do: 'flood', kind: 'partial', size: bench.draw.whole(10, 5_000) });
  await subject.killApp();
  return subject;
};

/**
 * C20. What is done to this run afterwards would be done to one more fault: a connection that gets a number below 3 can
 * no longer be closed by its app, because libuv spares the standard descriptors (`uv__stream_close`).
 */
export const mute: Play = async (bench) => {
  const descriptors = bench.draw.pick([[1], [2], [0], [0, 1, 2]]);
  const subject = await harmless(bench, { do: 'mute', descriptors });
  expectVerdict(await subject.send('GET'), 200);
  expectVerdict(await subject.send('POST'), 200);
  await subject.killApp();
  return subject;
};

/** C21: SIGTERM to the proxy, as Lambda ends an environment, while the app will not hear of it. */
export const ignoresTerm: Play = async (bench) => {
  const { phase } = bench;
  const deafen = JSON.stringify({ do: 'deafen' });
  // Before its extension is registered nobody would tell the proxy; afterwards the app may still be starting.
  const starts = phase === 'boot' ? ['late 1000'] : [`fault ${deafen}`];
  const subject = await bench.open({ starts, hosts: ['loop'], env: { LOG_LEVEL: 'debug' } });
  if (phase === 'boot') {
    await subject.start();
    await until('the proxy to keep its app', () => subject.log().some((line) => line.includes('app started')));
  } else expectVerdict(await subject.send('GET', phase === 'idle' ? { hold: 1 } : {}), 200);
  const running = phase === 'before' || phase === 'mid';
  const request = running ? subject.send('GET', { do: 'late', when: phase, ms: 1_000 }) : null;
  if (running) await until('the request to have arrived', () => subject.ledger.deliveries().length > 1);
  if (phase === 'freeze') await subject.settled();
  await expectEnd(subject);
  if (request) expectVerdict(await request, 'UP_APP_CRASHED', 'UP_APP_CLOSED', 'UP_APP_STOPPED', 'Runtime.ExitError');
  return subject;
};

/** Lambda kills after 500 ms what is left; a busy machine is given longer. */
const shutdownMs = 2_000;
/** What was killed may take a moment to be gone. */
const dyingMs = 2_000;

async function expectEnd(subject: Subject): Promise<void> {
  const pid = subject.pid();
  const apps = appProcesses(subject.logStream());
  signal(pid, 'SIGTERM');
  const hasEnded = () => {
    // Lambda does not freeze what it ends; the local one may be about to.
    for (const one of [...apps.map((app) => app.pid), pid]) signal(one, 'SIGCONT');
    // One that ends in its init is started again by the first request, and is none until then.
    return isDead(pid) && (!subject.isAlive() || subject.pid() === 0);
  };
  await until('the proxy to end', hasEnded, shutdownMs);
  await until('the app to be dead', () => apps.every((app) => isDead(app.pid)), dyingMs);
}

/** C23 */
export const callsRuntimeApi: Play = async (bench) => {
  const subject = await bench.open(bench.phase === 'boot' ? { starts: ['ok'] } : {});
  const reply = await sendAs(subject, drawMethod(bench));
  expectVerdict(reply, 200);
  must(reply.app?.api === null && !subject.ledger.sawApi(), `the app knows of ${reply.app?.api}`);
  return subject;
};
