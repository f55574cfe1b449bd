/** Many contents deflated on several processors: the same bytes as one after the other here, and what inflates to them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { inflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Packed } from '../../cli/build/deflate.ts';
import { deflateAll, type ThreadOptions } from '../../cli/build/deflate-all.ts';
import { deflate } from '../../cli/build/deflate-batch.ts';

/** From random bytes, which are stored, to one letter; with empty ones and a large one among them. */
const contents = Array.from({ length: 400 }, (_, index) => {
  const length = index === 200 ? 2_000_000 : (index * 7_919) % 40_000;
  return Uint8Array.from({ length }, (_byte, at) => ((at % (index + 1)) * 2_654_435_761) >>> 24);
});

/** Some at a time, and back in their order. */
async function deflateSome(some: readonly Uint8Array[], options?: ThreadOptions): Promise<readonly Packed[]> {
  const batches = Array.from({ length: Math.ceil(some.length / 16) }, (_, index) => {
    const part = some.slice(index * 16, index * 16 + 16);
    return { index, bytes: new Uint8Array(Buffer.concat(part)), lengths: part.map(({ length }) => length) };
  });
  const all = some.reduce((sum, { length }) => sum + length, 0);
  const taken: (readonly Packed[])[] = [];
  const take = ({ index }: { readonly index: number }, packed: readonly Packed[]) => {
    if (taken[index]) throw new Error(`batch ${index} was taken twice`);
    taken[index] = packed;
  };
  await deflateAll(batches, all, take, options);
  return taken.flat();
}

function expectDeflated(packed: readonly Packed[], some: readonly Uint8Array[]): void {
  expect(packed).toEqual(some.map((content) => ({ ...deflate(content), data: expect.anything() })));
  packed.forEach(({ data }, index) => {
    expect(Buffer.compare(data, deflate(some[index] as Uint8Array).data)).toBe(0);
  });
}

test.each([
  ['few bytes', contents.slice(0, 20)],
  ['more than is worth a thread', contents],
  ['none', []],
])('%s', async (_title, some) => {
  expectDeflated(await deflateSome(some), some);
});

test.each([
  ['are not there', null],
  ['end at once', 'process.exit(1)'],
  [
    'fail with the first batch',
    "require('node:worker_threads').parentPort.on('message', () => { throw new Error('x'); })",
  ],
  [
    'end after the first batch',
    `const { parentPort } = require('node:worker_threads');
     parentPort.once('message', ({ bytes, lengths }) => {
       parentPort.postMessage({ bytes, parts: lengths.map((length) => ({ length, method: 0, crc: 0, size: length })) });
       parentPort.close();
     });`,
  ],
])('where the threads %s, the rest is done here', async (title, code) => {
  const dir = mkdtempSync(join(tmpdir(), 'up-deflate-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const file = join(dir, 'worker.cjs');
  if (code !== null) writeFileSync(file, code);
  const packed = await deflateSome(contents, { workerFile: file });
  expect(packed.map(({ size }) => size)).toEqual(contents.map(({ length }) => length));
  if (title !== 'end after the first batch') expectDeflated(packed, contents);
});

/** Its error comes another way than its last message, which is on its way still. */
test('what a thread gives back while it breaks off is taken once', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'up-deflate-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  const workerFile = join(dir, 'worker.cjs');
  const code = `
    const { parentPort } = require('node:worker_threads');
    let count = 0;
    parentPort.on('message', ({ bytes, lengths }) => {
      if (count++ > 0) throw new Error('x');
      parentPort.postMessage({ bytes, parts: lengths.map((length) => ({ length, method: 0, crc: 0, size: length })) });
    });`;
  writeFileSync(workerFile, code);
  for (let round = 0; round < 6; round++) {
    const packed = await deflateSome(contents, { workerFile, most: 4 });
    expect(packed.map(({ size }) => size)).toEqual(contents.map(({ length }) => length));
  }
});

test('a thread that cannot be started is done without', async () => {
  const workerFile = 'package.json';
  expect(() => new Worker(workerFile)).toThrow('absolute path');
  expectDeflated(await deflateSome(contents, { workerFile }), contents);
});

test('an error of whoever takes is that of all', async () => {
  const failing = () => {
    throw new Error('a secret too many');
  };
  const bytes = new Uint8Array(5_000_000);
  await expect(deflateAll([{ bytes, lengths: [bytes.length] }], bytes.length, failing)).rejects.toThrow('a secret');
});

describe('what it gives', () => {
  test('inflates to the content, or is the content', () => {
    const pieces = fc.array(fc.tuple(fc.uint8Array({ maxLength: 2_000 }), fc.integer({ min: 0, max: 300 })));
    fc.assert(
      fc.property(pieces, (some) => {
        const content = Buffer.concat(some.flatMap(([piece, times]) => Array<Uint8Array>(times).fill(piece)));
        const { data, method, size } = deflate(content);
        expect(size).toBe(content.length);
        expect(data.length).toBeLessThanOrEqual(content.length);
        expect((method === 8 ? inflateRawSync(data) : Buffer.from(data)).equals(content)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test.each([
    ['nothing', new Uint8Array(0), 0],
    ['one byte', Uint8Array.of(1), 0],
    ['what is at one edge of the window', new Uint8Array(256 * 1024), 8],
    ['what is just beyond it', new Uint8Array(256 * 1024 + 1), 8],
    ['ten megabytes', new Uint8Array(10_000_000).fill(7), 8],
  ])('%s', (_title, content, method) => {
    const packed = deflate(content);
    expect(packed.method).toBe(method);
    const inflated = method === 8 ? inflateRawSync(packed.data) : packed.data;
    expect(Buffer.compare(inflated, content)).toBe(0);
  });
});
