/** What an app is told of a request beside the client's own fields, and how much of it fits. */
import { describe, expect, test } from 'vitest';
import { getHeader } from '../../../http/headers.ts';
import { toApp } from '../../../proxy/relay/request-headers.ts';
import { request } from '../apps.ts';

const limit = 16_256;

describe('a long path and user agent', () => {
  const path = `/${'a'.repeat(8_500)}`;
  const agent = 'b'.repeat(1_500);
  const headers = [['user-agent', agent]] as const;

  test.each([
    [
      'an HTTP API',
      { accountId: '1', http: { method: 'GET', path, sourceIp: '192.0.2.1', userAgent: agent } },
      { accountId: '1', http: { method: 'GET', sourceIp: '192.0.2.1' } },
    ],
    [
      'a REST API',
      { path, resourcePath: '/{proxy+}', identity: { sourceIp: '192.0.2.1', userAgent: agent } },
      { resourcePath: '/{proxy+}', identity: { sourceIp: '192.0.2.1' } },
    ],
  ])('of %s are not told a second time where they would not fit', (_title, platform, told) => {
    const seen = toApp(request(path, { headers, context: { platform } }), limit);
    expect(JSON.parse(getHeader(seen, 'x-context') ?? '')).toEqual(told);
    expect(getHeader(seen, 'user-agent')).toBe(agent);
  });

  test('are told as the platform does where they fit, or nobody counts', () => {
    const platform = { http: { path, userAgent: agent } };
    for (const most of [limit * 2, Number.POSITIVE_INFINITY]) {
      const seen = toApp(request(path, { headers, context: { platform } }), most);
      expect(getHeader(seen, 'x-context')).toBe(JSON.stringify(platform));
    }
  });

  test('are refused where they do not fit once', () => {
    const platform = {
      http: { path, userAgent: agent },
      authorizer: { jwt: { claims: { scope: 'c'.repeat(7_000) } } },
    };
    expect(() => toApp(request(path, { headers, context: { platform } }), limit)).toThrow(
      expect.objectContaining({ code: 'UP_HEADERS_TOO_LARGE', status: 431 }),
    );
  });
});
