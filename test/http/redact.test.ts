import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileRedaction } from '../../http/redact.ts';

const { query, fields } = compileRedaction(['ssn']);

describe('a query', () => {
  test.each([
    ['q=tea&page=2', 'q=tea&page=2'],
    ['', ''],
    ['token=abc', 'token=[redacted]'],
    ['a=1&access_token=abc&b=2', 'a=1&access_token=[redacted]&b=2'],
    ['ACCESS-TOKEN=abc', 'ACCESS-TOKEN=[redacted]'],
    ['accessToken=abc', 'accessToken=[redacted]'],
    ['user_password=abc', 'user_password=[redacted]'],
    ['user[api_key]=abc', 'user[api_key]=[redacted]'],
    ['%74oken=abc', '%74oken=[redacted]'],
    ['X-Amz-Signature=abc&X-Amz-Date=1', 'X-Amz-Signature=[redacted]&X-Amz-Date=1'],
    ['ssn=078-05-1120', 'ssn=[redacted]'],
    ['code=abc&state=1', 'code=[redacted]&state=1'],
    ['token', 'token'],
    ['tokens', 'tokens'],
    ['token=', 'token=[redacted]'],
    ['%=1&&=', '%=1&&='],
    ['tokens=5', 'tokens=5'],
    ['monkey=1', 'monkey=1'],
  ])('%s is logged as %s', (given, logged) => {
    expect(query(given)).toBe(logged);
  });
});

describe('fields', () => {
  test.each([
    [
      { headers: { Authorization: 'Bearer x', accept: '*/*' } },
      { headers: { Authorization: '[redacted]', accept: '*/*' } },
    ],
    [{ 'set-cookie': ['a=1', 'b=2'] }, { 'set-cookie': '[redacted]' }],
    [{ users: [{ name: 'a', password: 'x' }] }, { users: [{ name: 'a', password: '[redacted]' }] }],
    [
      { xApiKey: 'k', clientSecret: 's' },
      { xApiKey: '[redacted]', clientSecret: '[redacted]' },
    ],
    [{ token: null }, { token: null }],
    [
      { code: 'ENOENT', key: 'a' },
      { code: 'ENOENT', key: 'a' },
    ],
    [{ AWS_SECRET_ACCESS_KEY: 'k' }, { AWS_SECRET_ACCESS_KEY: '[redacted]' }],
    [{ ssn: 1 }, { ssn: '[redacted]' }],
  ])('%j', (given, logged) => {
    expect(fields(given)).toEqual(logged);
  });

  test('are the very object when there is nothing to hide', () => {
    const given = { a: [1, { b: 2 }], c: 'token' };
    expect(fields(given)).toBe(given);
  });

  test('are left as they were for whoever handed them in', () => {
    const given = { a: { password: 'x' } };
    fields(given);
    expect(given).toEqual({ a: { password: 'x' } });
  });

  test('never let a secret through, however deep it stands', () => {
    const nested = fc.letrec((tie) => ({
      value: fc.oneof(
        { maxDepth: 12 },
        fc.constant({ password: 'hunter2' }),
        fc.array(tie('value')),
        fc.dictionary(fc.string(), tie('value')),
      ),
    })).value;
    fc.assert(fc.property(nested, (value) => !JSON.stringify(fields(value)).includes('hunter2')));
  });
});

test('what lies nine deep is not looked into, and so not shown', () => {
  const nested = (depth: number): object => (depth === 0 ? { password: 'x', name: 'a' } : { in: nested(depth - 1) });
  expect(JSON.stringify(fields(nested(8)))).toContain('{"password":"[redacted]","name":"a"}');
  expect(JSON.stringify(fields(nested(9)))).toContain('{"in":"[redacted]"}');
  expect(JSON.stringify(fields(nested(5_000)))).not.toContain('password');
  const listed = (depth: number): object => (depth === 0 ? { name: 'a' } : [listed(depth - 1)]);
  expect(JSON.stringify(fields(listed(8)))).toContain('{"name":"a"}');
  expect(JSON.stringify(fields(listed(9)))).toContain('["[redacted]"]');
});
