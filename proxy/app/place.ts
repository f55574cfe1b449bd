/** Where in the app's own code something was called: `src/stats.js:9`. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Deep enough to get out of a library that wraps timers. */
const frames = 12;

export interface Call {
  /** Reads the stack; taking one is cheap, putting it into words is not. */
  place(): string;
}

/** The call of `callee`, which is left out with all it called itself. Never throws: `Error` is the app's, as all else. */
// biome-ignore lint/complexity/noBannedTypes: whatever function it is
export function callOf(callee: Function): Call {
  const at: { stack?: unknown } = {};
  withMember('stackTraceLimit', frames, () => Error.captureStackTrace(at, callee));
  return {
    place() {
      let place = unknown;
      // Reading a stack calls the app's own `Error.prepareStackTrace`, which may expect a real error.
      withMember('prepareStackTrace', undefined, () => {
        if (typeof at.stack === 'string') place = placeIn(at.stack);
      });
      return place;
    },
  };
}

const unknown = 'unknown';

/** Runs `work` while a member of `Error` has another value, if it can be changed. */
function withMember(name: 'stackTraceLimit' | 'prepareStackTrace', value: unknown, work: () => void): void {
  const before = Reflect.get(Error, name);
  const isSet = Object.hasOwn(Error, name) && Reflect.set(Error, name, value);
  try {
    work();
  } catch {
    // The place stays unknown.
  }
  if (isSet) Reflect.set(Error, name, before);
}

/** `    at boil (/var/task/kettle.js:2:9)`, and nothing of Node's own (`node:internal/process/task_queues:95:5`). */
const inFile = /(?:\(|at (?:async )?)((?:file:|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/;

function placeIn(stack: string): string {
  const places = stack.split('\n').flatMap((line) => inFile.exec(line)?.slice(1, 3).join(':') ?? []);
  const own = places.find((place) => !place.includes(`${sep}node_modules${sep}`)) ?? places[0];
  return own === undefined ? unknown : shortened(own);
}

function shortened(place: string): string {
  const file = place.startsWith('file:')
    ? fileURLToPath(place.replace(/:\d+$/, '')) + (/:\d+$/.exec(place)?.[0] ?? '')
    : place;
  const inside = relative(process.cwd(), file);
  return inside.startsWith('..') ? file : inside;
}
