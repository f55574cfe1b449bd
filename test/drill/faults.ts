/**
 * Every fault of the app (C1 to C24) and of Lambda (L1 to L10), with what injects it in each phase, or why there is
 * nothing to inject. "boot": while an environment starts; "idle": between two requests, awake; "before" and "mid": before
 * and after the first byte of an answer; "freeze": when the environment is frozen, or at its thaw.
 */
import type { Phase, Play } from './bench.ts';
import * as deaths from './plays/deaths.ts';
import { bodyFraming, headFraming } from './plays/framing.ts';
import * as life from './plays/life.ts';
import * as output from './plays/output.ts';
import { severalAtOnce } from './plays/several.ts';
import * as silence from './plays/silence.ts';
import * as starts from './plays/starts.ts';

export interface Fault {
  readonly id: string;
  readonly title: string;
  /** A text says why the phase is left out. */
  readonly phases: Readonly<Record<Phase, Play | string>>;
}

const everywhere = (play: Play) => ({ boot: play, idle: play, before: play, mid: play, freeze: play });
const nowhere = (why: string) => ({ boot: why, idle: why, before: why, mid: why, freeze: why });
/** The five phases are those of the end of a run; the start that follows it is what goes wrong. */
const eachStart = everywhere;

export const faults: readonly Fault[] = [
  {
    id: 'C1',
    title: 'the command cannot be run',
    phases: { ...eachStart(starts.notRunnable), boot: starts.neverRunnable },
  },
  { id: 'C2', title: 'exits with an error before it listens', phases: eachStart(starts.exits(3)) },
  { id: 'C3', title: 'exits with 0 before it listens', phases: eachStart(starts.exits(0)) },
  { id: 'C4', title: 'never listens', phases: eachStart(starts.neverListens) },
  { id: 'C5', title: 'listens late', phases: eachStart(starts.listensLate) },
  { id: 'C6', title: 'listens on another address, port or a socket file', phases: eachStart(starts.listensElsewhere) },
  { id: 'C7', title: 'its port is taken', phases: eachStart(starts.portTaken) },
  {
    id: 'C8',
    title: 'dies while idle',
    phases: {
      boot: starts.diesYoung,
      idle: deaths.whileIdle,
      before: 'it is not idle: C9',
      mid: 'it is not idle: C10',
      freeze: deaths.whileIdle,
    },
  },
  {
    id: 'C9',
    title: 'dies before the first byte of an answer',
    phases: { ...nowhere('the fault names its phase'), before: deaths.beforeFirstByte },
  },
  {
    id: 'C10',
    title: 'dies in the middle of an answer',
    phases: { ...nowhere('the fault names its phase'), mid: deaths.midBody },
  },
  { id: 'C11', title: 'dies at every start', phases: eachStart(starts.crashLoop) },
  { id: 'C12', title: 'hangs', phases: everywhere(silence.hangs) },
  {
    id: 'C13',
    title: 'does not read the body of a request',
    phases: { ...nowhere('no body is under way'), before: silence.unread, mid: silence.unread },
  },
  {
    id: 'C14',
    title: 'answers a byte at a time',
    phases: { ...nowhere('no answer is under way'), before: 'the first byte has come in time', mid: silence.drips },
  },
  { id: 'C15', title: 'is ended by a signal', phases: everywhere(deaths.bySignal) },
  { id: 'C16', title: 'leaves daemons behind', phases: everywhere(deaths.daemons) },
  {
    id: 'C17',
    title: 'is restarted again and again',
    phases: { ...everywhere(deaths.again), boot: 'a loop of failing starts is C11' },
  },
  {
    id: 'C18',
    title: 'loses connections',
    phases: { ...everywhere(deaths.connectionsLost), boot: 'there are none yet' },
  },
  { id: 'C19', title: 'floods its output', phases: { ...everywhere(output.floods), mid: output.partialLine } },
  { id: 'C20', title: 'closes its standard descriptors', phases: everywhere(output.mute) },
  { id: 'C21', title: 'ignores SIGTERM when its environment ends', phases: everywhere(output.ignoresTerm) },
  {
    id: 'C23',
    title: 'looks for the Runtime API',
    phases: {
      ...nowhere('its variables do not change'),
      boot: output.callsRuntimeApi,
      before: output.callsRuntimeApi,
    },
  },
  {
    id: 'C22',
    title: 'answers with what is no HTTP',
    phases: { ...nowhere('bytes outside of an answer are C24'), before: headFraming, mid: bodyFraming },
  },
  {
    id: 'C24',
    title: 'answers when nobody waits any more',
    phases: {
      ...everywhere(silence.lateAnswer),
      boot: 'nobody has asked yet',
      freeze: 'at a thaw both sides write at once, and HTTP/1.1 takes bytes that cross a request for its answer',
    },
  },
  {
    id: 'L1',
    title: 'kept-alive connections die during a freeze',
    phases: { ...nowhere('no connection is idle'), idle: life.deadSockets, freeze: life.deadSockets },
  },
  { id: 'L2', title: 'timers are due at the thaw', phases: everywhere(life.timersAtThaw) },
  { id: 'L3', title: 'the clock is set', phases: everywhere(life.clockJumps) },
  {
    id: 'L4',
    title: 'the deadline is near',
    phases: { ...everywhere(silence.deadlineNear), idle: 'no invocation has a deadline' },
  },
  {
    id: 'L5',
    title: 'the proxy is stopped or killed',
    phases: {
      boot: "a runtime that is stopped in init is the platform's: 10 s, then L7",
      idle: 'stopped is frozen; killed is the phase "freeze"',
      before: life.proxyGone,
      mid: life.proxyGone,
      freeze: life.proxyGone,
    },
  },
  {
    id: 'L6',
    title: 'the answer is larger than Lambda takes',
    phases: { ...nowhere('no answer is under way'), before: life.tooLarge, mid: life.tooLarge },
  },
  {
    id: 'L7',
    title: 'the runtime dies in its init',
    phases: { ...nowhere('the fault names its phase'), boot: life.initCrash },
  },
  {
    id: 'L8',
    title: 'several invocations at a time',
    phases: { ...everywhere(severalAtOnce), freeze: 'such environments are not frozen' },
  },
  { id: 'L9', title: 'an event comes twice', phases: everywhere(life.sentTwice) },
  { id: 'L10', title: 'there is no place for temporary files', phases: everywhere(life.noTemporary) },
];

export interface Cell {
  readonly fault: Fault;
  readonly phase: Phase;
  readonly play: Play;
}

export const cells: readonly Cell[] = faults.flatMap((fault) =>
  (Object.entries(fault.phases) as [Phase, Play | string][]).flatMap(([phase, play]) =>
    typeof play === 'string' ? [] : [{ fault, phase, play }],
  ),
);
