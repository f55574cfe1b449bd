import { describe, expect, test } from 'vitest';
import { requestHead } from '../../../../proxy/relay/http1/head.ts';

const plain = { method: 'GET', target: '/', headers: [], bodyBytes: null };

test('names the host first, keeps the connection, frames the body', () => {
  const headers = [
    ['x-a', '1'],
    ['host', 'shop.example'],
    ['x-a', 'Z\u00c3\u00bcrich'],
  ] as const;
  expect(requestHead({ ...plain, method: 'PUT', target: '/a?b=c', headers, bodyBytes: 5 }, '127.0.0.1:3000')).toBe(
    'PUT /a?b=c HTTP/1.1\r\nhost: shop.example\r\nconnection: keep-alive\r\nx-a: 1\r\nx-a: Z\u00c3\u00bcrich\r\ncontent-length: 5\r\n\r\n',
  );
});

test('names the authority where no host was sent', () => {
  expect(requestHead(plain, '[::1]:3000')).toBe('GET / HTTP/1.1\r\nhost: [::1]:3000\r\nconnection: keep-alive\r\n\r\n');
});

describe('says of methods that have a body that there is none:', () => {
  test.each(['POST', 'PUT', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH'])('%s', (method) => {
    expect(requestHead({ ...plain, method }, 'a')).toContain('content-length: 0\r\n');
  });

  test.each(['GET', 'DELETE', 'M-SEARCH'])('and nothing of %s', (method) => {
    expect(requestHead({ ...plain, method }, 'a')).not.toContain('content-length');
  });
});

test('frames a body that its method does not expect', () => {
  expect(requestHead({ ...plain, method: 'DELETE', bodyBytes: 5 }, 'a')).toContain('content-length: 5\r\n');
});

describe('refuses what would be read as something else:', () => {
  test.each([
    ['a method of two words', { method: 'GET /admin' }],
    ['a method of two lines', { method: 'GET\r\n' }],
    ['a target with a space', { target: '/a b' }],
    ['a target with a line end', { target: '/a\r\nx: 1' }],
    ['a target beyond bytes', { target: '/\u010d\u010a' }],
    ['an empty target', { target: '' }],
    ['a name with a colon', { headers: [['x:y', 'z']] as const }],
    ['an empty name', { headers: [['', 'z']] as const }],
    ['a value with a line end', { headers: [['x', 'a\r\ny: b']] as const }],
    ['a value with NUL', { headers: [['x', 'a\u0000']] as const }],
    ['a value whose bytes would be a line end', { headers: [['x', 'a\u010d\u010ab']] as const }],
  ])('%s', (_title, part) => {
    expect(() => requestHead({ ...plain, ...part }, 'a')).toThrow();
  });
});
