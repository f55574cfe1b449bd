/** The payloads of one attack: as many as asked for, no two alike, the same ones again for the same seed. */
import fc from 'fast-check';
import { credentials } from './kinds/credentials.ts';
import { lineBreaks } from './kinds/line-breaks.ts';
import { naughtyStrings } from './kinds/naughty.ts';
import { origins } from './kinds/origins.ts';
import { openRedirects } from './kinds/redirects.ts';
import { traversal } from './kinds/traversal.ts';
import { wishes } from './kinds/wishes.ts';
import type { Payload } from './payload.ts';

/** How many of a hundred are of which kind. */
const kinds: readonly (readonly [share: number, fc.Arbitrary<Payload>])[] = [
  [30, traversal],
  [21, openRedirects],
  [15, lineBreaks],
  [10, origins],
  [9, wishes],
  [5, credentials],
  [10, naughtyStrings],
];

export function drawPayloads(count: number, seed: number): Payload[] {
  const drawn = new Map<string, Payload>();
  for (const [index, [share, arbitrary]] of kinds.entries()) {
    // Rounded up, so that there are never too few.
    draw(drawn, arbitrary, Math.ceil((count * share) / 100), (seed + index * 1_000_003) | 0);
  }
  return shuffled([...drawn.values()], seed).slice(0, count);
}

function draw(drawn: Map<string, Payload>, arbitrary: fc.Arbitrary<Payload>, count: number, seed: number): void {
  const enough = drawn.size + count;
  for (let round = 0; drawn.size < enough; round++) {
    for (const payload of fc.sample(arbitrary, { seed: (seed + round) | 0, numRuns: count })) {
      if (drawn.size < enough) drawn.set(JSON.stringify(payload), payload);
    }
  }
}

/** All kinds from the start, because an attack may be out of time before its end. */
function shuffled(payloads: readonly Payload[], seed: number): Payload[] {
  const [order = []] = fc.sample(
    fc.infiniteStream(fc.nat()).map((stream) => Array.from(payloads, () => stream.next().value)),
    { seed, numRuns: 1 },
  );
  const places = new Map(payloads.map((payload, index) => [payload, order[index] ?? 0]));
  return [...payloads].sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
}
