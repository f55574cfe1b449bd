/**
 * How many environments a function needs, how many of its requests are cold, and what a million of them cost. Requests
 * come at random (a Poisson process), an environment serves one at a time, the first idle one in a fixed order is taken,
 * as Lambda's keep being used, and one that nobody has needed for `keepAlive` is gone. docs/scaling.md tells the story.
 */

/** Share of arrivals that find all of `servers` busy: Erlang's loss formula, `load` in erlangs, by its recursion. */
function busyShares(load, most) {
  const shares = [1];
  for (let servers = 1; servers <= most; servers++) {
    const before = shares[servers - 1];
    shares.push((load * before) / (servers + load * before));
  }
  return shares;
}

/** More environments than anybody will ever find busy. */
function plenty(load) {
  return Math.ceil(load + 12 * Math.sqrt(load) + 20);
}

/** Requests at work at the same time, on average (Little's law). `rate` a second, `duration` in seconds. */
export function loadOf({ rate, duration }) {
  return rate * duration;
}

/** So many environments that less than one arrival in `1 / share` finds all of them busy. */
export function environmentsFor(traffic, share = 0.001) {
  const load = loadOf(traffic);
  return busyShares(load, plenty(load)).findIndex((busy) => busy < share);
}

/**
 * Share of requests that start an environment. The n-th gets what the ones before it are too busy for, `r` a second, as
 * good as at random; it is cold when the one before came longer than `keepAlive` seconds ago: exp(-r * keepAlive).
 * `warm`: environments that pings keep. Valid while a cold start is short beside `keepAlive`.
 */
export function coldShare({ rate, duration, keepAlive, warm = 0 }) {
  const load = loadOf({ rate, duration });
  const most = plenty(load);
  const busy = busyShares(load, most);
  let cold = 0;
  for (let n = warm + 1; n <= most; n++) {
    const served = rate * (busy[n - 1] - busy[n]);
    cold += served * Math.exp(-served * keepAlive);
  }
  return cold / rate;
}

/** Seconds until as many environments may run, `atOnce` of them new every ten seconds. */
export function rampSeconds(environments, atOnce = 1_000) {
  return Math.max(0, Math.ceil(environments / atOnce - 1)) * 10;
}

/**
 * Dollars a month and for a million requests. `prices` in dollars: `gbSecond`, `provisionedGbSecond` and
 * `provisionedDuration` a GB-second, `request` and `front` a million. `memory` in MB.
 */
export function costOf({ rate, duration, memory, provisioned = 0 }, prices) {
  const month = 730 * 3600;
  const requests = rate * month;
  const gb = memory / 1024;
  const load = loadOf({ rate, duration });
  // What finds a provisioned one idle is served by it, at its own price.
  const onDemand = provisioned > 0 ? busyShares(load, provisioned)[provisioned] : 1;
  const work = load * gb * (onDemand * prices.gbSecond + (1 - onDemand) * prices.provisionedDuration);
  const ready = provisioned * gb * prices.provisionedGbSecond;
  const total = (work + ready) * month + (requests / 1e6) * (prices.request + prices.front);
  return { month: total, million: total / (requests / 1e6) };
}

/** The share of its time that a provisioned environment has to work for it to cost less than one on demand. */
export function breakEven({ gbSecond, provisionedGbSecond, provisionedDuration }) {
  return provisionedGbSecond / (gbSecond - provisionedDuration);
}
