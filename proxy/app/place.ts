/** Where in the app's own code something was called: `src/stats.js:9`. */
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Deep enough to get out of a library that wraps timers. */
const frames = 12;

export interface Call {
  /** Reads the stack; taking one is cheap, putting it into words is not. */
  place(): string;
}

/** The call of `callee`, which is left out with all it called itself. */
// biome-ignore lint/complexity/noBannedTypes: whatever function it is
export function callOf(callee: Function): Call {
  const { stackTraceLimit } = Error;
  const at: { stack?: string } = {};
  Error.stackTraceLimit = frames;
  Error.captureStackTrace(at, callee);
  Error.stackTraceLimit = stackTraceLimit;
  return { place: () => placeIn(at.stack ?? '') };
}

function placeIn(stack: string): string {
  const places = stack
    .split('\n')
    .flatMap((line) => /\(?((?:file:|\/|[A-Za-z]:\\)[^()]*?):(\d+):\d+\)?$/.exec(line)?.slice(1, 3).join(':') ?? []);
  const own = places.find((place) => !place.includes(`${sep}node_modules${sep}`)) ?? places[0];
  return own === undefined ? 'unknown' : shortened(own);
}

function shortened(place: string): string {
  const file = place.startsWith('file:')
    ? fileURLToPath(place.replace(/:\d+$/, '')) + (/:\d+$/.exec(place)?.[0] ?? '')
    : place;
  const inside = relative(process.cwd(), file);
  return inside.startsWith('..') ? file : inside;
}
