import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  getHeader,
  type Headers,
  hasHeader,
  isConnectionField,
  isHeaderName,
  isHeaderValue,
  isHopByHop,
  joinedHeader,
  setHeader,
  toByteString,
  withoutHeader,
  withoutHopByHop,
} from '../../http/headers.ts';

const list: Headers = [
  ['accept', 'a'],
  ['x-many', '1'],
  ['host', 'h'],
  ['x-many', '2'],
];

describe('a list of fields', () => {
  test('gives the first value of a repeated field', () => {
    expect(getHeader(list, 'x-many')).toBe('1');
    expect(getHeader(list, 'constructor')).toBeUndefined();
  });

  test('gives all values of a field that is a list, as one', () => {
    expect(joinedHeader(list, 'x-many')).toBe('1, 2');
    expect(joinedHeader(list, 'host')).toBe('h');
    expect(joinedHeader([['x-empty', '']], 'x-empty')).toBe('');
    expect(joinedHeader(list, 'constructor')).toBeUndefined();
  });

  test('knows an empty value from a missing one', () => {
    expect(hasHeader([['x-empty', '']], 'x-empty')).toBe(true);
    expect(hasHeader(list, 'x-empty')).toBe(false);
  });

  test('is copied, not changed, when a field is set or taken away', () => {
    const before = structuredClone(list);
    expect(setHeader(list, 'x-many', '3')).toEqual([
      ['accept', 'a'],
      ['host', 'h'],
      ['x-many', '3'],
    ]);
    expect(withoutHeader(list, 'x-many')).toHaveLength(2);
    expect(list).toEqual(before);
  });
});

describe('fields of one connection', () => {
  test.each([
    'connection',
    'keep-alive',
    'proxy-authenticate',
    'proxy-authorization',
    'proxy-connection',
    'te',
    'trailer',
    'transfer-encoding',
    'upgrade',
  ])('%s is not forwarded', (name) => {
    expect(
      withoutHopByHop([
        [name, 'x'],
        ['accept', 'y'],
      ]),
    ).toEqual([['accept', 'y']]);
  });

  test.each<[string, string]>([
    ['one name', 'x-drop'],
    ['any case', 'X-Drop'],
    ['a list with spaces', 'close ,\t X-DROP , '],
  ])('what Connection names is not forwarded: %s', (_title, connection) => {
    const headers: Headers = [
      ['connection', connection],
      ['x-drop', '1'],
      ['x-keep', '2'],
    ];
    expect(withoutHopByHop(headers)).toEqual([['x-keep', '2']]);
  });

  test('what any other field names is', () => {
    const headers: Headers = [
      ['vary', 'x-keep'],
      ['x-keep', '1'],
    ];
    expect(withoutHopByHop(headers)).toEqual(headers);
  });

  test('no rule may set them, nor any that is for a proxy', () => {
    expect(['te', 'proxy-status', 'proxy', 'x-proxy-', 'accept'].map(isConnectionField)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
    expect(['te', 'proxy-status', 'accept'].map(isHopByHop)).toEqual([true, false, false]);
  });

  test('every Connection field counts, not only the first', () => {
    const headers: Headers = [
      ['connection', 'x-a'],
      ['x-a', '1'],
      ['connection', 'x-b'],
      ['x-b', '2'],
    ];
    expect(withoutHopByHop(headers)).toEqual([]);
  });

  test.each([
    'host',
    'forwarded',
    'x-forwarded-for',
    'x-forwarded-proto',
    'x-amzn-trace-id',
  ])('a client cannot take away %s, which the front door sets, by naming it in Connection', (name) => {
    expect(
      withoutHopByHop([
        ['connection', `close, ${name}`],
        [name, 'kept'],
      ]),
    ).toEqual([[name, 'kept']]);
  });

  test.each([
    'x-host',
    'hostile',
    'forwarded-for',
    'x-amzn',
  ])('it can take away %s, which only looks like one', (name) => {
    expect(
      withoutHopByHop([
        ['connection', `close, ${name}`],
        [name, 'dropped'],
      ]),
    ).toEqual([]);
  });
});

describe('names and values', () => {
  test.each(['x', 'x-y', 'X_Y', "!#$%&'*+-.^_`|~09aZ", '__proto__'])('%j is a name', (name) => {
    expect(isHeaderName(name)).toBe(true);
  });

  test.each(['', ' ', 'a b', 'a:', 'a\r\nb', 'a\u0000', 'ä', '(a)', 'a\n'])('%j is no name', (name) => {
    expect(isHeaderName(name)).toBe(false);
  });

  test.each(['', 'a', '\t', 'a b', 'é', 'Srīperumbūdūr', '\u0080'])('%j is a value', (value) => {
    expect(isHeaderValue(value)).toBe(true);
  });

  test.each(['a\r\nb: c', '\n', '\r', '\u0000', '\u001b[31m', '\u007f'])('%j is no value', (value) => {
    expect(isHeaderValue(value)).toBe(false);
  });
});

describe('byte strings', () => {
  test('ASCII stays as it is', () => expect(toByteString('a\tb ~')).toBe('a\tb ~'));

  test('anything else becomes its UTF-8 bytes, one character each', () => {
    expect(toByteString('é')).toBe('\u00c3\u00a9');
    expect(toByteString('ī€😀')).toBe(Buffer.from('ī€😀').toString('latin1'));
  });

  test('every text has one, and it reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const bytes = toByteString(text);
        expect(bytes).not.toMatch(/[^\u0000-\u00ff]/);
        expect(Buffer.from(bytes, 'latin1').toString('utf8')).toBe(text);
      }),
    );
  });
});
