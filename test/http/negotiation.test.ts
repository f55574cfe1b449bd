import { describe, expect, test } from 'vitest';
import { namesPages, negotiate } from '../../http/negotiation.ts';

const codings = ['zstd', 'br', 'gzip', 'identity'] as const;
const types = ['text/html', 'application/json'] as const;

describe('Accept-Encoding', () => {
  test.each<[title: string, header: string | undefined, expected: string | null]>([
    ['12.5.3 without the field any coding goes: the best', undefined, 'zstd'],
    ['12.5.3 an empty field takes nothing that is named', '', null],
    ['12.5.3 one coding', 'gzip', 'gzip'],
    ['12.5.3 the example `compress, gzip`', 'compress, gzip', 'gzip'],
    ['12.5.3 the example `*`', '*', 'zstd'],
    ['12.5.3 the example `compress;q=0.5, gzip;q=1.0`', 'compress;q=0.5, gzip;q=1.0', 'gzip'],
    ['12.5.3 the example `gzip;q=1.0, identity; q=0.5, *;q=0`', 'gzip;q=1.0, identity; q=0.5, *;q=0', 'gzip'],
    ['12.5.3 what is not named is not taken', 'compress, deflate', null],
    ['12.5.3 `*` is what is not named', 'zstd;q=0, *', 'br'],
    ['12.5.3 `*;q=0` refuses all that is not named', 'gzip, *;q=0', 'gzip'],
    ['12.5.3 `*;q=0` alone refuses everything', '*;q=0', null],
    ['12.5.3 identity may be wanted most', 'identity, gzip;q=0.5', 'identity'],
    ['12.5.3 identity may be refused', 'identity;q=0, gzip;q=0.001', 'gzip'],
    ['12.5.3 identity refused and nothing else taken', 'identity;q=0', null],
    ['12.4.2 q=0 refuses', 'gzip;q=0', null],
    ['12.4.2 the higher weight wins over what the server likes', 'zstd;q=0.8, gzip;q=0.9', 'gzip'],
    ['12.4.2 equal weights: what the server likes best', 'gzip, br, zstd', 'zstd'],
    ['12.4.2 a weight that is left out is 1', 'br;q=0.999, gzip', 'gzip'],
    ['12.4.2 q is matched in any case', 'br;Q=0.1, gzip;Q=0.2', 'gzip'],
    ['12.4.2 three decimals', 'br;q=0.123, gzip;q=0.124', 'gzip'],
    ['12.4.2 a point and nothing behind it', 'br;q=0., gzip;q=1.', 'gzip'],
    ['12.4.2 space around the semicolon', 'br ; q=0.1 ,\tgzip\t;\tq=0.2', 'gzip'],
    ['8.4.1 codings are matched in any case', 'GZIP', 'gzip'],
    ['5.6.1.2 empty elements count for nothing', ' ,, gzip ,', 'gzip'],
    ['5.6.6 nor do empty parameters', 'gzip; ;q=0.5;', 'gzip'],
    ['what browsers send', 'gzip, deflate, br, zstd', 'zstd'],
    ['the first of two that contradict each other', 'gzip;q=0, gzip', null],
  ])('%s', (_title, header, expected) => {
    expect(negotiate(header, codings)).toBe(expected);
  });
});

describe('Accept', () => {
  test.each<[title: string, header: string | undefined, expected: string | null]>([
    ['12.5.1 without the field any type goes: the best', undefined, 'text/html'],
    ['12.5.1 `*/*` is any type', '*/*', 'text/html'],
    ['12.5.1 `type/*` is any of its kind', 'application/*', 'application/json'],
    [
      '12.5.1 the most specific range counts',
      'text/*;q=0.9, text/html;q=0.1, application/json;q=0.5',
      'application/json',
    ],
    ['12.5.1 also where it stands last', '*/*;q=0.9, text/*;q=0, application/json;q=0.1', 'application/json'],
    ['12.5.1 a range with a parameter is not the type without', 'text/html;level=1, */*;q=0.1', 'text/html'],
    ['12.5.1 a range with a parameter alone takes no other', 'text/html;level=1', null],
    ['12.5.1 what follows the weight means nothing', 'application/json;q=0.5;ext=1', 'application/json'],
    [
      '5.6.6 a quoted parameter may hold what separates',
      'text/html;a="x, y;q=0", application/json;q=0.1',
      'application/json',
    ],
    ['5.6.6 and space around them', 'text/html;q=0 , image/png;a="x,y" , */*;q=0.2', 'application/json'],
    ['5.6.6 and behind all', 'image/png;a="x,y", application/json ', 'application/json'],
    ['5.6.6 and in their order', 'image/png;a="x,y", text/html;q=0, text/html', null],
    ['5.6.6 and an escaped quote', 'text/html;a="\\"", application/json;q=0.1', 'application/json'],
    ['8.3.1 types are matched in any case', 'Application/JSON', 'application/json'],
    ['what browsers send', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', 'text/html'],
    ['what fetch sends', '*/*', 'text/html'],
    ['none of them', 'image/png', null],
  ])('%s', (_title, header, expected) => {
    expect(negotiate(header, types)).toBe(expected);
  });

  test('an offer with a parameter falls under the range that names it', () => {
    const offers = ['text/html', 'text/html;level=1'] as const;
    expect(negotiate('text/html;level=1, text/html;q=0.7', offers)).toBe('text/html;level=1');
    expect(negotiate('text/html;level=1;q=0.3, text/html;q=0.7', offers)).toBe('text/html');
  });
});

describe('who goes to a page says so', () => {
  test.each<[title: string, accept: string | undefined, expected: boolean]>([
    ['a browser', 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8', true],
    ['in any case', 'Text/HTML', true],
    ['a script that takes anything does not', '*/*', false],
    ['nor one that takes any text', 'text/*', false],
    ['nor who says nothing', undefined, false],
    ['nor who refuses pages', 'text/html;q=0, */*', false],
    ['nor who wants what begins alike', 'text/html-sandboxed, */*;q=0', false],
  ])('%s', (_title, accept, expected) => {
    expect(namesPages(accept === undefined ? [] : [['accept', accept]])).toBe(expected);
  });
});

test.each([
  'gzip;q=2',
  'gzip;q=-1',
  'gzip;q=1.001',
  'gzip;q=0.1234',
  'gzip;q=',
  'gzip;q=high',
  'gzip;q= 1',
  'gzip; 1',
  'gzip, br;1',
  'gzip, br;=1',
  'gzip br',
  ';q=1',
  'gzip, br/',
  'gzip, (br)',
  'gzip, br;q=1.5',
  'gzip;a="',
])('a malformed field counts for nothing: %s', (header) => {
  expect(negotiate(header, codings)).toBeNull();
});

test('no offer, no choice', () => {
  expect(negotiate('*', [])).toBeNull();
  expect(negotiate(undefined, [])).toBeNull();
});

test('a field of more than a hundred elements counts for nothing', () => {
  expect(negotiate(`${'a,'.repeat(99)}gzip`, codings)).toBe('gzip');
  expect(negotiate(`${'a,'.repeat(100)}gzip`, codings)).toBeNull();
});

test.each([
  ['elements', 'a,'.repeat(32_000)],
  ['parameters', `a${';b=c'.repeat(16_000)}`],
  ['quotes', `a;b=${'"\\"'.repeat(20_000)}`],
  ['spaces', `gzip${' '.repeat(64_000)}x`],
])('64 KB of %s are read in no time', (_what, header) => {
  const started = performance.now();
  negotiate(header, codings);
  expect(performance.now() - started).toBeLessThan(500);
});
