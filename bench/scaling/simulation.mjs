/** The same function, event by event, with nothing assumed that the model assumes but the order in which they are taken. */

/**
 * Serves `requests` of a function and counts those that come once it has run for twice `keepAlive`. Traffic as in the
 * model, with `boot`, the seconds a cold start takes longer, and `limit` environments at most: beyond them requests are
 * throttled. `serve` gives the seconds of one; always the same when left out. Gives `{ cold, throttled, most }`: shares,
 * and the most environments at a time.
 */
export function simulate(traffic, requests, seed) {
  const { rate, duration, keepAlive, boot = 0, limit = Number.POSITIVE_INFINITY, serve } = traffic;
  const random = randomFrom(seed);
  const length = serve ?? (() => duration);
  /** By environment: until when it works. */
  const until = [];
  let [now, counted, cold, throttled, most] = [0, 0, 0, 0, 0];
  while (counted < requests) {
    now += -Math.log(1 - random()) / rate;
    const counts = now > 2 * keepAlive;
    if (counts) counted++;
    let at = until.findIndex((end) => end <= now && now - end <= keepAlive);
    const isCold = at === -1;
    // The place of one that is gone, or a new one.
    if (isCold) at = until.findIndex((end) => now - end > keepAlive);
    if (at === -1) at = until.length;
    if (at >= limit) {
      if (counts) throttled++;
      continue;
    }
    until[at] = now + length(random) + (isCold ? boot : 0);
    if (!counts) continue;
    if (isCold) cold++;
    most = Math.max(most, at + 1);
  }
  return { cold: cold / requests, throttled: throttled / requests, most };
}

/** Seconds that differ as those of real requests do, most short and a few long, with a mean of `duration`. */
export function exponential(duration) {
  return (random) => -Math.log(1 - random()) * duration;
}

/** Numbers from 0 to 1 that follow from the seed (mulberry32). */
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
