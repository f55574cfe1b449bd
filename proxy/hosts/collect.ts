/**
 * Keeps long streams and large bodies from filling memory. Every chunk read from the app lies outside V8's heap, and V8 lets 64 MB of such
 * garbage gather before it looks (measured: 47 to 93 MB more for a stream of 200 MB, by version of Node); Lambda counts
 * all of it.
 */
type Collect = (options: { readonly type: 'minor' }) => void;

/** A minor collection takes as long as a megabyte that is passed on, so most answers end before the first. */
const everyBytes = 4 * 1024 * 1024;
/**
 * Once an answer is out nobody waits for it, and what comes next gets memory that is there and that the caches know: a
 * megabyte, streamed or whole, takes three quarters of the time.
 */
const afterBytes = 1_000_000;
/** What is less lies in V8's heap or in a pool of Node's. */
const outsideBytes = 64 * 1024;

let since = 0;
let gc: Collect | undefined;

/** One for each stream, to be told of the bytes of each chunk: short ones never collect before their end. */
export function collector(): (bytes: number) => void {
  let own = 0;
  return (bytes) => {
    since += bytes;
    own += bytes;
    if (own < everyBytes) return;
    own = 0;
    collect();
  };
}

/** Told of the bytes of an event or an answer that was held as a whole. */
export function held(bytes: number): void {
  if (bytes >= outsideBytes) since += bytes;
}

/** To be called while nobody waits. */
export function collectHeld(): void {
  if (since >= afterBytes) collect();
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
