/**
 * Keeps long streams and large bodies from filling memory. Every chunk read from the app lies outside V8's heap, and V8 lets 64 MB of such
 * garbage gather before it looks (measured: 47 to 93 MB more for a stream of 200 MB, by version of Node); Lambda counts
 * all of it.
 */
type Collect = (options: { readonly type: 'minor' }) => void;

/** A minor collection takes as long as a megabyte that is passed on, so most answers end before the first. */
const everyBytes = 4 * 1024 * 1024;
/**
 * Collected after an answer, when nobody waits: the next one then gets memory that is mapped and cached already. A
 * megabyte, streamed or whole, takes three quarters of the time.
 */
const afterBytes = 1_000_000;
/** Smaller buffers lie in V8's heap or in Node's pool. */
const outsideBytes = 64 * 1024;

let since = 0;
let gc: Collect | undefined;

/**
 * Makes a counter for one stream, called with the bytes of each chunk; short streams never trigger a collection before
 * their end.
 */
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

/** Counts the bytes of an event or an answer that was held as a whole. */
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
