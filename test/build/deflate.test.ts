/** Many contents deflated on several processors: the same bytes in the same order as one after the other here. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { deflate } from '../../cli/build/deflate.ts';
import { deflateAll } from '../../cli/build/deflate-all.ts';

/** From random bytes, which are stored, to one letter; with empty ones and a large one among them. */
const contents = Array.from({ length: 400 }, (_, index) => {
  const length = index === 200 ? 2_000_000 : (index * 7_919) % 40_000;
  return Uint8Array.from({ length }, (_byte, at) => ((at % (index + 1)) * 2_654_435_761) >>> 24);
});

test.each([
  ['few bytes', contents.slice(0, 20)],
  ['more than is worth a thread', contents],
  ['none', []],
])('%s', async (_title, some) => {
  const shares: number[] = [];
  const packed = await deflateAll(some, (share) => shares.push(share));
  expect(packed).toEqual(some.map((content) => ({ ...deflate(content), data: expect.anything() })));
  packed.forEach(({ data }, index) => {
    expect(Buffer.compare(data, deflate(some[index] as Uint8Array).data)).toBe(0);
  });
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(shares.at(-1) ?? 1).toBe(1);
});

test.each([
  ['are not there', null],
  ['end at once', 'process.exit(1)'],
  [
    'fail with the first batch',
    "require('node:worker_threads').parentPort.on('message', () => { throw new Error('x'); })",
  ],
])('where the threads %s, all is done here', async (_title, code) => {
  const dir = mkdtempSync(join(tmpdir(), 'up-deflate-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'worker.cjs');
  if (code !== null) writeFileSync(file, code);
  const packed = await deflateAll(contents, () => {}, file);
  expect(packed.map(({ crc }) => crc)).toEqual(contents.map((content) => deflate(content).crc));
});
