/** The validator of a file: of its bytes, read once for each version. */
import { expect, test } from 'vitest';
import { createEtags } from '../../middleware/static/etag.ts';
import type { OpenFile } from '../../middleware/static/open.ts';

/** A file of this content, given out in pieces, and how often its beginning was read. */
function fileOf(version: string, content: string, pieceBytes = content.length) {
  const bytes = Buffer.from(content);
  let reads = 0;
  const handle = {
    async read(into: Buffer, at: number, length: number, from: number) {
      if (from === 0) reads++;
      const bytesRead = bytes.copy(into, at, from, from + Math.min(length, pieceBytes));
      return { bytesRead, buffer: into };
    },
  };
  return { file: { version, size: bytes.length, handle } as unknown as OpenFile, reads: () => reads };
}

test('is that of the bytes, however they are read', async () => {
  const etag = await createEtags()(fileOf('1', 'assam and darjeeling').file);
  // What sha256sum says of them, the beginning of it in base64url.
  expect(etag).toBe('"Yuu-t4pfQI6dHixRf6Kpqd"');
  expect(await createEtags()(fileOf('2', 'assam and darjeeling', 3).file)).toBe(etag);
  expect(await createEtags()(fileOf('3', 'assam und darjeeling').file)).not.toBe(etag);
});

test('is that of what is left of a file that becomes shorter meanwhile', async () => {
  const { file } = fileOf('1', 'assam');
  expect(await createEtags()({ ...file, size: 100 })).toBe(await createEtags()(file));
});

test('is remembered for a version, of a thousand of them', async () => {
  const etagOf = createEtags();
  const files = Array.from({ length: 1_001 }, (_, index) => fileOf(String(index), `${index}`));
  const etags: string[] = [];
  for (const { file } of files.slice(0, 1_000)) etags.push(await etagOf(file));
  for (const [index, { file }] of files.slice(0, 1_000).entries()) expect(await etagOf(file)).toBe(etags[index]);
  expect(files.map(({ reads }) => reads())).toEqual([...Array<number>(1_000).fill(1), 0]);
  // One more, and the oldest is forgotten.
  for (const index of [1_000, 1, 1_000, 0]) await etagOf((files[index] as (typeof files)[number]).file);
  expect([0, 1, 1_000].map((index) => files[index]?.reads())).toEqual([2, 1, 1]);
});
