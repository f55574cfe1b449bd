import { describe, expect, test } from 'vitest';
import { compileFilterPattern } from '../../local/logs/filter-pattern.ts';

const response = JSON.stringify({
  level: 'error',
  message: 'response',
  fields: { status: 502, path: '/api/users', method: 'GET', duration: 12.5, cold: true, user: null, ip: '10.0.0.7' },
  tags: ['a', 'b', { name: 'c' }],
  'odd.key': 'x',
  retry: false,
  code: '404',
});

describe('terms', () => {
  test.each<[pattern: string, message: string, matches: boolean]>([
    ['', 'anything', true],
    ['   ', 'anything', true],
    ['ERROR', '[ERROR 400] BAD', true],
    ['ERROR', 'error', false],
    ['ERROR BAD', '[ERROR 400] BAD', true],
    ['ERROR GOOD', '[ERROR 400] BAD', false],
    ['"ERROR 400"', '[ERROR 400] BAD', true],
    ['"400 ERROR"', '[ERROR 400] BAD', false],
    ['"say \\"hi\\""', 'they say "hi" now', true],
    ['?ERROR ?WARN', 'a WARN b', true],
    ['?ERROR ?WARN', 'an INFO', false],
    ['?"a b" ?c', 'x a b y', true],
    ['-INFO', 'an INFO', false],
    ['-INFO', 'an ERROR', true],
    ['ERROR -EXPECTED', 'ERROR EXPECTED', false],
    ['ERROR -"not me"', 'ERROR it was me', true],
    ['ERROR ?WARN', 'ERROR only', true],
    ['%ERR|WARN%', 'a WARN', true],
    ['%^ERR%', 'an ERR', false],
    ['%[0-9]{3}%', 'code 502', true],
    ['naïve', 'a naïve approach', true],
    ['"{"', 'a { b', true],
  ])('%j on %j: %s', (pattern, message, matches) => {
    expect(compileFilterPattern(pattern)(message)).toBe(matches);
  });
});

describe('JSON patterns', () => {
  test.each<[pattern: string, matches: boolean]>([
    ['{ $.level = "error" }', true],
    ['{$.level="error"}', true],
    ['{ $.level = error }', true],
    ['{ $.level = "Error" }', false],
    ['{ $.level = "err*" }', true],
    ['{ $.level = "*ro*" }', true],
    ['{ $.level = "*x*" }', false],
    ['{ $.level = "e*r*r" }', true],
    ['{ $.level != "info" }', true],
    ['{ $.level != "error" }', false],
    ['{ $.fields.status = 502 }', true],
    ['{ $.fields.status = 50* }', true],
    ['{ $.fields.status = "502" }', false],
    ['{ $.fields.status != 502 }', false],
    ['{ $.fields.status >= 500 }', true],
    ['{ $.fields.status > 502 }', false],
    ['{ $.fields.status <= 502 }', true],
    ['{ $.fields.status < 502 }', false],
    ['{ $.fields.duration > 1.25e1 }', false],
    ['{ $.fields.duration = 12.5 }', true],
    ['{ $.fields.ip = 10.0.* }', true],
    ['{ $.fields.ip != 10.1.* }', true],
    ['{ $.code >= 400 }', false],
    ['{ $.fields.user IS NULL }', true],
    ['{ $.level IS NULL }', false],
    ['{ $.missing IS NULL }', false],
    ['{ $.fields.cold IS TRUE }', true],
    ['{ $.retry IS FALSE }', true],
    ['{ $.retry IS TRUE }', false],
    ['{ $.missing NOT EXISTS }', true],
    ['{ $.fields.user NOT EXISTS }', false],
    ['{ $.fields.user EXISTS }', true],
    ['{ $.constructor EXISTS }', false],
    ['{ $.tags.length EXISTS }', false],
    ['{ $.missing != "x" }', false],
    ['{ $.tags[1] = "b" }', true],
    ['{ $.tags[2].name = "c" }', true],
    ['{ $.tags[9] NOT EXISTS }', true],
    ['{ $.[\'odd.key\'] = "x" }', true],
    ['{ $.fields.path = %^/api% }', true],
    ['{ $.fields.path = %^/web% }', false],
    ['{ $.level = "error" && $.fields.status = 502 }', true],
    ['{ $.level = "info" || $.fields.status = 502 }', true],
    ['{ $.level = "info" || $.level = "warn" && $.fields.status = 502 }', false],
    ['{ ($.level = "info" || $.level = "error") && ($.fields.status >= 500 || $.m NOT EXISTS) }', true],
    ['{ ($.level = "error" && ($.fields.status < 500 || $.fields.path = "/api/*")) }', true],
    ['{ $.fields.path = "*(&&)*" }', false],
  ])('%s: %s', (pattern, matches) => {
    expect(compileFilterPattern(pattern)(response)).toBe(matches);
  });

  test.each([
    'plain text',
    '"level error"',
    '{"level":"error"',
    '502',
    'prefix {"level":"error"}',
  ])('do not match %j, which is not a JSON object', (message) => {
    expect(compileFilterPattern('{ $.level = "error" }')(message)).toBe(false);
    expect(compileFilterPattern('{ $.level NOT EXISTS }')(message)).toBe(false);
  });

  test('match whatever white space surrounds the message', () => {
    expect(compileFilterPattern('{ $.a = 1 }')('{"a": 1}\n')).toBe(true);
  });

  test('many wildcards take linear time', () => {
    const pattern = `{ $.a = "${'*a'.repeat(200)}b" }`;
    const started = performance.now();
    expect(compileFilterPattern(pattern)(JSON.stringify({ a: 'a'.repeat(20_000) }))).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe('space-delimited patterns', () => {
  const line = '127.0.0.1 - frank [10/Oct/2000:13:25:15 -0700] "GET /index.html HTTP/1.0" 404 1534';

  test.each<[pattern: string, matches: boolean]>([
    ['[ip, user, username, timestamp, request, status_code, bytes]', true],
    ['[ip, user, username, timestamp, request, status_code]', false],
    ['[ip, user, username, timestamp, request =*.html*, status_code = 4*, bytes]', true],
    ['[ip, user, username, timestamp, request =*.html*, status_code = 5*, bytes]', false],
    ['[..., status_code = 404, bytes]', true],
    ['[..., status_code = 4*, bytes > 1000]', true],
    ['[..., bytes > 2000]', false],
    ['[ip = 127.0.0.*, ...]', true],
    ['[ip != 127.0.0.*, ...]', false],
    ['[ip, ..., bytes < 2000]', true],
    ['[..., status_code = 404 || status_code = 410, bytes]', true],
    ['[..., status_code != 404 && status_code != 410, bytes]', false],
    ['[..., (status_code = 404 || status_code = 410), bytes]', true],
    ['[ip, user, username = "frank", ...]', true],
    ['[ip, user, username = "fr*", ...]', true],
    ['[..., timestamp = "10/Oct/2000:13:25:15 -0700", request, status_code, bytes]', true],
    ['[..., request = %/[a-z]+\\.html%, status_code, bytes]', true],
    ['[..., request = %^GET.*html%, status_code, bytes]', true],
    ['[, , frank, ...]', true],
    ['[...]', true],
    ['[w1 = ERROR, ...]', false],
  ])('%s: %s', (pattern, matches) => {
    expect(compileFilterPattern(pattern)(line)).toBe(matches);
  });

  test('a pattern with more places than the line has fields does not match', () => {
    expect(compileFilterPattern('[a, ..., b, c]')('one two')).toBe(false);
  });
});

describe('bad patterns', () => {
  test.each([
    'foo.bar',
    'a-b',
    '"open',
    '%open',
    '%(group)%',
    '%not!%',
    '%[%',
    '%a% %b% %c%',
    '""',
    '-',
    '[ip, user',
    '[..., a, ...]',
    '[a > x]',
    '[a = ]',
    '[a = 1 b]',
    '[a = %x%, b = %y%, c = %z%]',
    '[a = "open]',
    '{',
    '{ }',
    '{ $.a }',
    '{ $.a = }',
    '{ $.a == 1 }',
    '{ $.a > "x" }',
    '{ $.a > x }',
    '{ a = 1 }',
    '{ $.a = 1 && }',
    '{ $.a = 1 & $.b = 2 }',
    '{ ($.a = 1 }',
    '{ $.a = 1) }',
    '{ $.a = 1 } x',
    '{ $.a IS MAYBE }',
    '{ $.a NOT }',
    '{ $.a = "open }',
    '{ $.a = %(x)% }',
    '{ $.a = %x% || $.b = %y% || $.c = %z% }',
    'x'.repeat(1025),
  ])('%j is refused', (pattern) => {
    expect(() => compileFilterPattern(pattern)).toThrow(
      expect.objectContaining({ code: 'InvalidParameterException', status: 400 }),
    );
  });
});
