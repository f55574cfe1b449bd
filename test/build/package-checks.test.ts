/** What is said against a package before anything of it is read. */
import { expect, test } from 'vitest';
import { refuseTooLarge } from '../../cli/build/package-checks.ts';

test('as much as Lambda unzips, to the byte, is too much: it must be less', () => {
  const refuse = (size: number) => () => refuseTooLarge([{ path: 'model.bin', size }]);
  expect(refuse(262_143_999)).not.toThrow();
  expect(refuse(262_144_000)).toThrow('250.0 MB unzipped');
});
