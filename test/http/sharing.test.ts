import { expect, test } from 'vitest';
import { sharingFields } from '../../http/sharing.ts';

test('are those of CORS, and Vary', () => {
  const shared = [
    ['access-control-allow-origin', '*'],
    ['vary', 'Origin'],
    ['access-control-expose-headers', 'a'],
  ] as const;
  expect(sharingFields([['etag', '"a"'], ...shared, ['content-length', '5']])).toEqual(shared);
});

test('are none when they are unreasonably long', () => {
  expect(sharingFields([['access-control-expose-headers', 'a'.repeat(3000)]])).toEqual([]);
});
