/** The container of a package; its bytes are pinned in determinism.test.ts. */
import { expect, test } from 'vitest';
import { deflate } from '../../cli/build/deflate-batch.ts';
import { refuseTooLarge } from '../../cli/build/package-checks.ts';
import { writeZip } from '../../cli/build/zip.ts';

const countAt = -12;

test('it holds as many files as the format counts, and is refused before one more is read', () => {
  const entry = { path: 'a', mode: 0o100644, packed: deflate(new Uint8Array(0)) };
  const most = Array.from({ length: 65_534 }, () => entry);
  expect(writeZip(most).subarray(countAt).readUInt16LE()).toBe(65_534);
  expect(() => writeZip([...most, entry])).toThrow('more than 65534 entries');

  const files = most.map(({ path }) => ({ path, size: 0 }));
  expect(() => refuseTooLarge(files)).not.toThrow();
  expect(() => refuseTooLarge([...files, { path: 'b', size: 0 }])).toThrow(
    expect.objectContaining({ code: 'UP_PACKAGE_TOO_LARGE', message: expect.stringContaining('65535 files') }),
  );
});
