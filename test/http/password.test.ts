import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decoyOf, defaultCost, hashPassword, parsePasswordHash, verifyPassword } from '../../http/password.ts';

/** The least that is taken, for tests that hash many. */
const cheap = { N: 1024, r: 8, p: 1 };

describe('a hash', () => {
  test('says how it was made', async () => {
    expect(await hashPassword('secret')).toMatch(/^scrypt\$16384\$8\$5\$[\w-]{22}\$[\w-]{43}$/);
    expect(parsePasswordHash(await hashPassword('secret'))).toMatchObject(defaultCost);
  });

  test('is another each time', async () => {
    expect(await hashPassword('secret', cheap)).not.toBe(await hashPassword('secret', cheap));
  });

  test('is that of its password, however it is composed', async () => {
    const hash = parsePasswordHash(await hashPassword('caf\u00e9', cheap));
    expect(hash && (await verifyPassword('cafe\u0301', hash))).toBe(true);
  });

  test('of any password fits that one and no other', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), async (password, other) => {
        const hash = parsePasswordHash(await hashPassword(password, cheap));
        if (!hash) throw new Error('it does not parse');
        expect(await verifyPassword(password, hash)).toBe(true);
        expect(await verifyPassword(other, hash)).toBe(other.normalize('NFC') === password.normalize('NFC'));
      }),
      { numRuns: 10 },
    );
  });

  test('agrees with RFC 7914, section 12', async () => {
    const salt = Buffer.from('SodiumChloride').toString('base64url');
    const hash = '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2';
    const parsed = parsePasswordHash(`scrypt$16384$8$1$${salt}$${Buffer.from(hash, 'hex').toString('base64url')}`);
    expect(parsed && (await verifyPassword('pleaseletmein', parsed))).toBe(true);
  });
});

test('a decoy costs the same and fits nothing', async () => {
  const hash = parsePasswordHash(await hashPassword('secret', cheap));
  if (!hash) throw new Error('it does not parse');
  expect(decoyOf(hash)).toMatchObject(cheap);
  expect(await verifyPassword('secret', decoyOf(hash))).toBe(false);
});

describe('is a hash', () => {
  const of = (cost: string) => `scrypt$${cost}$${'s'.repeat(22)}$${'h'.repeat(43)}`;

  test.each<[string, string, boolean]>([
    ['the usual one', of('16384$8$5'), true],
    ['the cheapest that protects anything', of('1024$1$1'), true],
    ['not a cheaper one', of('512$8$1'), false],
    ['the dearest that is checked', of('16384$8$16'), true],
    ['not one that takes longer', of('16384$8$17'), false],
    ['one of nearly 64 MB', of('65536$7$1'), true],
    ['not one that takes more', of('65536$8$1'), false],
    ['not one that scrypt would refuse', of('1500$8$1'), false],
    ['not one of no blocks', of('1024$0$1'), false],
    ['not one of no rounds', of('1024$8$0'), false],
    ['not one with something before it', ` ${of('16384$8$5')}`, false],
    ['not one with something behind it', `${of('16384$8$5')} `, false],
    ['not a password', 'hunter2', false],
  ])('%s', (_title, text, expected) => {
    expect(parsePasswordHash(text) !== null).toBe(expected);
  });
});
