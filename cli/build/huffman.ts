/** Codes of Huffman for deflate: their lengths from counts, and the codes from their lengths (RFC 1951, 3.2.2). */

/** Counts are kept below 2^22, that a count and its symbol are one integer. */
const symbolBits = 9;
const symbolMask = (1 << symbolBits) - 1;
const mostSymbols = 288;
const longest = 15;

const leaves = new Uint32Array(mostSymbols);
const weights = new Uint32Array(2 * mostSymbols);
const parents = new Uint16Array(2 * mostSymbols);
const depths = new Uint8Array(2 * mostSymbols);
const ofLength = new Uint16Array(longest + 2);
const nextCode = new Uint16Array(longest + 2);

/**
 * Gives each symbol that occurs a length of at most `limit` bits, and 0 to the others. A single symbol gets 1 bit, and so
 * does its neighbour: some readers refuse a code that is not complete.
 */
export function lengthsOf(counts: Uint32Array, limit: number, lengths: Uint8Array): Uint8Array {
  lengths.fill(0);
  let used = 0;
  for (let symbol = 0; symbol < counts.length; symbol++) {
    const count = counts[symbol] as number;
    if (count > 0) leaves[used++] = (count << symbolBits) | symbol;
  }
  if (used < 2) {
    const symbol = used === 1 ? (leaves[0] as number) & symbolMask : 0;
    lengths[symbol] = 1;
    lengths[symbol === 0 ? 1 : 0] = 1;
    return lengths;
  }
  leaves.subarray(0, used).sort();
  countLengths(used, limit);
  // The rarest first, and they have the longest codes.
  let leaf = 0;
  for (let length = limit; length > 0; length--)
    for (let left = ofLength[length] as number; left > 0; left--)
      lengths[(leaves[leaf++] as number) & symbolMask] = length;
  return lengths;
}

/** How many codes there are of each length, into `ofLength`. */
function countLengths(used: number, limit: number): void {
  const root = growTree(used);
  ofLength.fill(0);
  depths[root] = 0;
  for (let node = root - 1; node >= 0; node--) {
    const depth = (depths[parents[node] as number] as number) + 1;
    depths[node] = depth;
    if (node < used) ofLength[depth < limit ? depth : limit] = (ofLength[depth < limit ? depth : limit] as number) + 1;
  }
  shorten(limit);
}

/** Two queues: leaves by weight, and nodes, which are made in order of weight. Gives the place of the root. */
function growTree(used: number): number {
  for (let leaf = 0; leaf < used; leaf++) weights[leaf] = (leaves[leaf] as number) >>> symbolBits;
  const root = 2 * used - 2;
  let [leaf, inner] = [0, used];
  for (let node = used; node <= root; node++) {
    let weight = 0;
    for (let child = 0; child < 2; child++) {
      const isLeaf = leaf < used && (inner >= node || (weights[leaf] as number) <= (weights[inner] as number));
      const taken = isLeaf ? leaf++ : inner++;
      weight += weights[taken] as number;
      parents[taken] = node;
    }
    weights[node] = weight;
  }
  return root;
}

/** What was deeper than the limit made the code too full: a shorter code becomes two longer ones until all fit. */
function shorten(limit: number): void {
  let taken = 0;
  for (let length = 1; length <= limit; length++) taken += (ofLength[length] as number) << (limit - length);
  for (; taken > 1 << limit; taken--) {
    ofLength[limit] = (ofLength[limit] as number) - 1;
    let length = limit - 1;
    while (ofLength[length] === 0) length--;
    ofLength[length] = (ofLength[length] as number) - 1;
    ofLength[length + 1] = (ofLength[length + 1] as number) + 2;
  }
}

/** The codes, with their bits turned round: deflate writes them from the highest bit on. */
export function codesOf(lengths: Uint8Array, codes: Uint16Array): Uint16Array {
  ofLength.fill(0);
  for (const length of lengths) ofLength[length] = (ofLength[length] as number) + 1;
  ofLength[0] = 0;
  nextCode[0] = 0;
  for (let length = 1; length <= longest; length++)
    nextCode[length] = ((nextCode[length - 1] as number) + (ofLength[length - 1] as number)) << 1;
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] as number;
    if (length === 0) continue;
    const code = nextCode[length] as number;
    nextCode[length] = code + 1;
    codes[symbol] = turned(code, length);
  }
  return codes;
}

function turned(code: number, length: number): number {
  let all = ((code & 0x5555) << 1) | ((code >> 1) & 0x5555);
  all = ((all & 0x3333) << 2) | ((all >> 2) & 0x3333);
  all = ((all & 0x0f0f) << 4) | ((all >> 4) & 0x0f0f);
  all = ((all & 0x00ff) << 8) | (all >> 8);
  return all >> (16 - length);
}
