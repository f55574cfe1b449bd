/** Starts that go wrong, C1 to C7 and C11: the first one, or the one that has to follow the end of a run. */
import { type AddressInfo, createServer } from 'node:net';
import { until } from '../../support/until.ts';
import { type Bench, drawMethod, endApp, lostTo, type Play, recover, sendAs } from '../bench.ts';
import { expectVerdict, must, type Verdict, verdictOf } from '../oracle.ts';
import { provideProgram, removeProgram, type Stage } from '../package.ts';
import { readNote, type Subject } from '../subject.ts';

interface BadStart {
  readonly stages?: readonly Stage[];
  /** What the starts are; none for one that goes wrong outside of the app. */
  readonly starts: readonly string[];
  /** What requests may be answered that meet it. */
  readonly verdicts: readonly Verdict[];
  readonly prepare?: (subject: Subject) => void;
  /** While it happens. */
  readonly meanwhile?: (subject: Subject) => Promise<unknown>;
  readonly heal?: (subject: Subject) => void;
  /** Looked at once it is over. */
  readonly after?: (subject: Subject) => void;
}

/** The same in all phases: they differ in what comes before the start. */
export function badStart(make: (bench: Bench) => BadStart): Play {
  return async (bench) => {
    const bad = make(bench);
    const as = drawMethod(bench);
    const subject = await opened(bench, bad);
    const meanwhile = bad.meanwhile?.(subject);
    // It is waited for below; until then its failure is nobody's surprise.
    meanwhile?.catch(() => {});
    if (bench.phase !== 'boot')
      expectVerdict(await endApp(bench, subject, as), ...lostTo(bench, subject, as, bad.verdicts));
    expectVerdict(await sendAs(subject, as), ...bad.verdicts);
    bad.heal?.(subject);
    // An environment moves only while it is asked.
    await Promise.all([recover(subject, bad.verdicts), meanwhile]);
    bad.after?.(subject);
    return subject;
  };
}

async function opened(bench: Bench, { stages, starts, prepare }: BadStart): Promise<Subject> {
  const options = { ...(stages && { stages }) };
  if (bench.phase === 'boot') return bench.open({ starts, ...options, ...(prepare && { prepare }) });
  const subject = await bench.open(options);
  subject.starts(...starts);
  prepare?.(subject);
  return subject;
}

const refusals = ['UP_APP_EXITED', 'UP_APP_BACKING_OFF'] as const;

export const notRunnable = badStart(() => ({
  stages: ['named'],
  starts: [],
  verdicts: ['UP_APP_SPAWN', 'UP_APP_BACKING_OFF'],
  prepare: (subject) => removeProgram(subject.dir),
  heal: (subject) => provideProgram(subject.dir),
}));

/** Nobody can mend these but by another deploy. */
export const neverRunnable: Play = async (bench) => {
  if (bench.draw.chance(0.7)) return notRunnable(bench);
  const subject = await bench.open({ stages: [bench.draw.pick(['missing', 'locked'])], starts: [] });
  expectVerdict(await subject.send('GET'), 'UP_APP_SPAWN');
  expectVerdict(await subject.send('POST'), 'UP_APP_SPAWN', 'UP_APP_BACKING_OFF');
  return null;
};

export function exits(code: number): Play {
  return badStart(({ draw }) => {
    const times = draw.whole(1, 3);
    return {
      starts: Array.from({ length: times }, () => `fault ${JSON.stringify({ do: 'die', code })}`),
      verdicts: [200, ...refusals],
      after(subject) {
        const said = subject.log().some((line) => line.includes(`exited with code ${code} before listening on PORT`));
        must(said, 'the log does not say how the app exited');
      },
    };
  });
}

export const neverListens = badStart(() => ({
  stages: ['impatient'],
  starts: ['deaf'],
  verdicts: ['UP_APP_NOT_LISTENING'],
  heal: (subject) => subject.heal(),
}));

export const listensLate = badStart(({ draw, phase }) => {
  // Beyond what init may take. It costs its time, and nothing of it depends on chance.
  const beyondInit = phase === 'boot' && draw.chance(0.04);
  return {
    starts: [`late ${beyondInit ? 10_400 : draw.whole(200, 1_200)}`],
    verdicts: [200],
    after(subject) {
      must(subject.ledger.starts() === 1, `started ${subject.ledger.starts()} times`);
    },
  };
});

export const listensElsewhere = badStart(({ draw }) => {
  const host = draw.pick(['::1', '0.0.0.0', '::', '127.0.0.1', 'localhost', null]);
  if (host !== null) return { starts: [`host ${host}`], verdicts: [200] };
  return {
    stages: ['impatient'],
    starts: [draw.pick(['elsewhere', 'socket-file'])],
    verdicts: ['UP_APP_NOT_LISTENING'],
    heal: (subject) => subject.heal(),
  };
});

/** What cannot be repeated is lost to whoever got the port first. */
export const portTaken = badStart(() => ({
  starts: ['taken'],
  verdicts: [200, 'UP_APP_CRASHED', 'UP_APP_CLOSED', 'UP_APP_EXITED'],
  meanwhile: takePort,
}));

async function takePort(subject: Subject): Promise<void> {
  if (readNote(subject, 'taken') !== '') return;
  const port = await until('the app to name its port', () => Number(readNote(subject, 'port')) || null);
  const squatter = createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => squatter.once('error', reject).listen(port, resolve));
  subject.note('taken', String((squatter.address() as AddressInfo).port));
  await until('another start', () => subject.ledger.starts() > 1);
  squatter.close();
}

/** Told at once why, then told to come back, started no oftener than allowed, and well once the cause is gone. */
export const crashLoop: Play = async (bench) => {
  const as = drawMethod(bench);
  const loop = Array.from({ length: 12 }, () => `fault ${JSON.stringify({ do: 'die', code: 9 })}`);
  const subject = await bench.open(bench.phase === 'boot' ? { starts: loop } : {});
  subject.starts(...loop);
  const allowed: Verdict[] = [...refusals];
  if (bench.phase !== 'boot') expectVerdict(await endApp(bench, subject, as), ...lostTo(bench, subject, as, allowed));
  const replies = [];
  for (let times = 0; times < 3; times++) replies.push(await subject.send(bench.draw.pick(['GET', 'POST'])));
  for (const reply of replies) {
    expectVerdict(reply, ...allowed);
    const again = verdictOf(reply) === 'UP_APP_BACKING_OFF';
    must(!again || Number(reply.headers['retry-after']) >= 1, 'a 503 without Retry-After');
  }
  must(subject.ledger.starts() <= 10, `${subject.ledger.starts()} starts in a loop`);
  subject.starts();
  await recover(subject, allowed);
  return subject;
};

/** Dies right after it listens, before anybody has asked. */
export const diesYoung = badStart(({ draw }) => ({
  starts: [`young ${draw.whole(0, 30)}`],
  verdicts: [200, 'UP_APP_CRASHED'],
}));
