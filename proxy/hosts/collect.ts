/**
 * Keeps long streams from filling memory. Every chunk read from the app lies outside V8's heap, and V8 lets 64 MB of such
 * garbage gather before it looks (measured: 47 to 93 MB more for a stream of 200 MB, by version of Node); Lambda counts
 * all of it.
 */
type Collect = (options: { readonly type: 'minor' }) => void;

/** A minor collection takes as long as a megabyte that is passed on, so most answers end before the first. */
const everyBytes = 4 * 1024 * 1024;
/**
 * Once an answer is out nobody waits for it, and the next one gets memory that is there and that the caches know: 1 MB takes
 * three quarters of the time.
 */
const afterBytes = 1_000_000;

export interface Collector {
  /** Told of the bytes of each chunk. */
  passed(bytes: number): void;
  /** The last of them is out. */
  ended(): void;
}

/** Of all streams. */
let since = 0;
let gc: Collect | undefined;

/** One for each stream: short ones never collect before their end. */
export function collector(): Collector {
  let own = 0;
  return {
    passed(bytes) {
      own += bytes;
      since += bytes;
      if (own < everyBytes) return;
      own = 0;
      collect();
    },
    ended() {
      if (since >= afterBytes) collect();
    },
  };
}

function collect(): void {
  since = 0;
  gc ??= exposeCollect();
  gc({ type: 'minor' });
}

/** What `node --expose-gc` gives, without a flag on the command line. */
function exposeCollect(): Collect {
  // Loaded here, because most answers are short.
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  return process.getBuiltinModule('node:vm').runInNewContext('gc') as Collect;
}
