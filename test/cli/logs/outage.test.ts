/** Following a log through an outage of AWS. */
import { expect, test } from 'vitest';
import type { Fetch, LogEvent } from '../../../cli/logs/fetch.ts';
import { createOutage } from '../../../cli/logs/outage.ts';
import { createPosition } from '../../../cli/logs/position.ts';
import { readPages } from '../../../cli/logs/read.ts';

const lost = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
const denied = () => Object.assign(new Error('no'), { name: 'AccessDeniedException', $metadata: {} });

/** Each look is one of these: the ids that are there by then, or a failure. Following ends with the last. */
async function follow(...looks: readonly (readonly string[] | Error)[]) {
  const said: string[] = [];
  const stop = new AbortController();
  let at = 0;
  const fetch: Fetch = async function* () {
    const found = looks[at++] ?? [];
    if (at === looks.length) stop.abort();
    if (found instanceof Error) throw found;
    yield found.map((id): LogEvent => ({ id, timestamp: 1, message: id, stream: 's' }));
  };
  const note = (label: string, text: string) => void said.push(`${label}: ${text}`);
  const reading = {
    fetch,
    patterns: [''],
    position: createPosition(0),
    pace: { every: 1, deepEvery: 0 },
    signal: stop.signal,
    outage: createOutage({ warn: note, info: note }),
  };
  const seen: string[] = [];
  for await (const page of readPages(reading)) seen.push(...page.map(({ id }) => id));
  return { seen, said };
}

test('goes on where it was, and says once that it waits and once that it is over', async () => {
  const { seen, said } = await follow(['a'], lost(), lost(), ['a', 'b'], ['a', 'b', 'c'], []);
  expect(seen).toEqual(['a', 'b', 'c']);
  expect(said).toEqual([expect.stringMatching(/^Outage: .*It goes on when that is over$/), 'Outage: over']);
});

test('at the very first look ends it: something is set up wrongly', async () => {
  await expect(follow(lost(), ['a'], [])).rejects.toThrow('ECONNREFUSED');
});

test('is not what a refusal is, which ends it', async () => {
  await expect(follow(['a'], denied(), ['b'], [])).rejects.toThrow('no');
});
