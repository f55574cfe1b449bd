/**
 * The slow ones among many: the 99th in a hundred to the middle one, over 100,000 invocations, of our proxy and of AWS's
 * client in turns; and whether they become slower as they go on.
 */
import { createFunctions, eventOf, invocationTime, missingClient, nothingOn } from './functions.mjs';

const invocations = 100_000;
const batch = 500;
/** Not counted: what runs for the first time is compiled meanwhile. */
const warm = 5_000;

export const claims = [
  {
    name: 'spread.p99',
    goal: 1.2,
    to: "AWS's client, p99 to p50 of each",
    ratio: ({ up, aws }) => spreadOf(up) / spreadOf(aws),
  },
  {
    name: 'spread.drift',
    goal: 1.1,
    to: "AWS's client, the last tenth's middle to the first's",
    ratio: ({ up, aws }) => driftOf(up) / driftOf(aws),
  },
];

/** Milliseconds of each invocation, in order. */
export async function measure(note) {
  const missing = await missingClient();
  if (missing) {
    note(`all of it is left out: AWS's client takes ${missing}`);
    return {};
  }
  const functions = createFunctions(note);
  const event = eventOf('GET', '/json');
  try {
    const up = await functions.start(await functions.ours(nothingOn));
    const aws = await functions.start(await functions.theirs('bodies'));
    await times(up, event, warm);
    await times(aws, event, warm);
    const taken = { up: [], aws: [] };
    while (taken.up.length < invocations) {
      taken.up.push(...(await times(up, event, batch)));
      taken.aws.push(...(await times(aws, event, batch)));
    }
    return taken;
  } finally {
    await functions.close();
  }
}

async function times(run, event, count) {
  const taken = [];
  for (let i = 0; i < count; i++) taken.push(await invocationTime(run, event));
  return taken;
}

function spreadOf(taken = [Number.NaN]) {
  return at(taken, 0.99) / at(taken, 0.5);
}

function driftOf(taken = [Number.NaN]) {
  const tenth = Math.max(1, Math.floor(taken.length / 10));
  return at(taken.slice(-tenth), 0.5) / at(taken.slice(0, tenth), 0.5);
}

function at(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)];
}
