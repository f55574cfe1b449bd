/** Resident memory over invocations: whether it grows, apart from the ups and downs of garbage collection. */

/** The lows between collections say what is kept; each is that of so large a part of the samples. */
const windows = 40;
/** The full size, and what it may grow by, in KiB per 1,000 invocations. */
const full = { invocations: 1_000_000, kilobytes: 1 };
/** Measured: until about here the heap grows to the size that the load takes. */
const warmUp = 10_000;

/**
 * Least squares over the second half of `samples`, `{ at, kilobytes }`; in KiB per 1,000 invocations. Null where that
 * half begins in the warm-up.
 */
export function growth(samples) {
  const half = samples.slice(Math.floor(samples.length / 2));
  if ((half[0]?.at ?? 0) < warmUp) return null;
  const lows = split(half, windows).map((part) =>
    part.reduce((low, sample) => (sample.kilobytes < low.kilobytes ? sample : low)),
  );
  return slope(lows.map(({ at, kilobytes }) => [at / 1_000, kilobytes]));
}

/**
 * The growth that is allowed to a run of so many invocations. The noise of a slope falls with its length, faster than the
 * length grows; measured were 53 for 42,000, 16 for 50,000, 7 for 200,000 and 2 for 250,000, where 116, 89, 11 and 8 are
 * allowed.
 */
export function allowedGrowth(invocations) {
  return full.kilobytes * Math.max(1, (full.invocations / invocations) ** 1.5);
}

function split(values, count) {
  const size = Math.max(1, Math.ceil(values.length / count));
  return Array.from({ length: Math.ceil(values.length / size) }, (_, part) =>
    values.slice(part * size, (part + 1) * size),
  );
}

function slope(points) {
  const mean = (index) => points.reduce((sum, point) => sum + point[index], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const across = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  return across === 0 ? 0 : points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / across;
}
