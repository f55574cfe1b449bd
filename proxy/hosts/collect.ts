/**
 * Keeps long streams from filling memory. Every chunk read from the app lies outside V8's heap, and V8 lets 64 MB of such
 * garbage gather before it looks (measured: 47 to 93 MB more for a stream of 200 MB, by version of Node); Lambda counts
 * all of it.
 */
type Collect = (options: { readonly type: 'minor' }) => void;

/** A minor collection takes as long as a megabyte that is passed on, so most answers end before the first. */
const everyBytes = 4 * 1024 * 1024;

let collect: Collect | undefined;

/** Returns a function to be told of the bytes of each chunk. One for each stream: short ones never collect. */
export function collector(): (bytes: number) => void {
  let since = 0;
  return (bytes) => {
    since += bytes;
    if (since < everyBytes) return;
    since = 0;
    collect ??= exposeCollect();
    collect({ type: 'minor' });
  };
}

/** What `node --expose-gc` gives, without a flag on the command line. */
function exposeCollect(): Collect {
  // Loaded here, because most answers are short.
  process.getBuiltinModule('node:v8').setFlagsFromString('--expose-gc');
  return process.getBuiltinModule('node:vm').runInNewContext('gc') as Collect;
}
