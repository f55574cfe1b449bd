/**
 * `cors`: the protocol of https://fetch.spec.whatwg.org/#http-cors-protocol, and what it must never say. One file,
 * because preflights and answers are held to the same configurations.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Headers, isHeaderValue } from '../../http/headers.ts';
import type { HttpResponse } from '../../http/message.ts';
import { cors } from '../../middleware/cors.ts';
import { parse } from '../config/parse.ts';
import { request } from '../proxy/apps.ts';

const named = { allowed_origins: ['https://a.example', 'https://*.b.example:8443'] };

function middlewareOf(config: object) {
  const middleware = cors(parse({ cors: config }).config.cors);
  if (!middleware) throw new Error('not enabled');
  return middleware;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Headers;
  readonly res?: Partial<HttpResponse>;
}

async function ask(config: object, { method = 'GET', headers = [], res = {} }: Asked = {}) {
  let reached = false;
  const answered = await middlewareOf(config)(request('/', { method, headers }), async () => {
    reached = true;
    return { status: 200, headers: [], body: null, ...res };
  });
  return { ...answered, reached };
}

function preflight(method: string, more: Headers = [], origin = 'https://a.example'): Asked {
  return { method: 'OPTIONS', headers: [['origin', origin], ['access-control-request-method', method], ...more] };
}

/** What a browser reads to know whether it may. */
function grantsOf({ headers }: { readonly headers: Headers }): Record<string, string> {
  return Object.fromEntries(headers.filter(([name]) => name.startsWith('access-control-')));
}

function varyOf({ headers }: { readonly headers: Headers }): string[] {
  return headers.filter(([name]) => name === 'vary').map(([, value]) => value);
}

const from = (origin: string): Headers => [['origin', origin]];

describe('whether there is any', () => {
  test('apex-up.md 2: absent by default', () => {
    expect(cors(parse({}).config.cors)).toBeNull();
  });

  test('apex-up.md 2: the presence of the object enables it', () => {
    expect(cors(parse({ cors: {} }).config.cors)).toBeTypeOf('function');
  });

  test('apex-up.md 2: enable: false disables it (apex/up documented that and ignored it)', () => {
    expect(cors(parse({ cors: { enable: false } }).config.cors)).toBeNull();
  });
});

describe('a preflight', () => {
  test('apex-up.md 4: is answered empty and never reaches the app; 204 (apex/up: 200)', async () => {
    expect(await ask(named, preflight('GET'))).toMatchObject({ status: 204, body: null, reached: false });
  });

  test('also when nothing is allowed', async () => {
    const res = await ask(named, preflight('GET', [], 'https://evil.example'));
    expect(res).toMatchObject({ status: 204, body: null, reached: false });
    expect(grantsOf(res)).toEqual({});
  });

  test('apex-up.md 4: echoes the requested method and headers', async () => {
    const asked: Headers = [['access-control-request-headers', 'accept,content-type']];
    expect(grantsOf(await ask(named, preflight('POST', asked)))).toEqual({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-methods': 'POST',
      'access-control-allow-headers': 'accept, content-type',
    });
  });

  test('apex-up.md 4: has Vary for the origin and two more', async () => {
    const names = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';
    expect(varyOf(await ask(named, preflight('GET')))).toEqual([names]);
    expect(varyOf(await ask(named, preflight('GET', [], 'https://evil.example')))).toEqual([names]);
  });

  test('apex-up.md 4: has Credentials and Max-Age', async () => {
    expect(grantsOf(await ask({ ...named, allow_credentials: true, max_age: 60 }, preflight('GET')))).toMatchObject({
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '60',
    });
  });

  test.each<[string, Asked]>([
    ['no method is asked for', { method: 'OPTIONS', headers: from('https://a.example') }],
    ['the method is empty', preflight('')],
    [
      'apex-up.md 4, not here: there is no origin',
      { method: 'OPTIONS', headers: [['access-control-request-method', 'GET']] },
    ],
    ['the method is another', { ...preflight('GET'), method: 'GET' }],
  ])('is none when %s', async (_title, asked) => {
    expect(await ask(named, asked)).toMatchObject({ status: 200, reached: true });
  });

  const requesting = (value: string): Asked => preflight('GET', [['access-control-request-headers', value]]);

  test.each<[string, object, Asked]>([
    ['a method that is not allowed', named, preflight('DELETE')],
    ['a method in another case', named, preflight('get')],
    ['two methods', named, preflight('GET', [['access-control-request-method', 'POST']])],
    ['two origins', named, preflight('GET', from('https://a.example'))],
    ['a header that is not allowed', named, requesting('accept,x-token')],
    ['a header that is none', { allowed_headers: ['*'] }, requesting('a b')],
    ['a list with one that is none', { allowed_headers: ['*'] }, requesting('accept,a b')],
    ['an empty name', named, requesting('accept,,content-type')],
    ['a name with a line break', { allowed_headers: ['*'] }, requesting('a\r\nset-cookie')],
    ['more names than anybody has', { allowed_headers: ['*'] }, requesting('a,'.repeat(5000).slice(0, -1))],
    ['a character more than is read', { allowed_headers: ['*'] }, requesting('a'.repeat(2049))],
  ])('grants nothing for %s', async (_title, config, asked) => {
    expect(grantsOf(await ask(config, asked))).toEqual({});
  });

  test.each<[string, object, Asked, string]>([
    ['in any case', { allowed_headers: ['X-Token'] }, requesting('X-TOKEN'), 'x-token'],
    ['with blanks a proxy put in', named, requesting('accept , content-type'), 'accept, content-type'],
    [
      'in several fields a proxy made',
      named,
      preflight('GET', [
        ['access-control-request-headers', 'accept'],
        ['access-control-request-headers', 'content-type'],
      ]),
      'accept, content-type',
    ],
    ['up to the last character', { allowed_headers: ['*'] }, requesting('a'.repeat(2048)), 'a'.repeat(2048)],
    ['of any name, Authorization too', { allowed_headers: ['*'] }, requesting('authorization'), 'authorization'],
  ])('reads header names %s', async (_title, config, asked, granted) => {
    expect(grantsOf(await ask(config, asked))).toMatchObject({ 'access-control-allow-headers': granted });
  });
});

describe('an answer', () => {
  test('apex-up.md 4: origin * is the literal *, and no Vary', async () => {
    const res = await ask({}, { headers: from('https://a.example') });
    expect(res.headers).toEqual([['access-control-allow-origin', '*']]);
  });

  test('of * has it without an origin too, because a cache may keep it', async () => {
    expect((await ask({})).headers).toEqual([['access-control-allow-origin', '*']]);
  });

  test.each([
    ['allowed', 'https://a.example'],
    ['not allowed', 'https://evil.example'],
  ])('apex-up.md 4: has Vary: Origin, for an origin that is %s', async (_title, origin) => {
    expect(varyOf(await ask(named, { headers: from(origin) }))).toEqual(['Origin']);
  });

  test('has Vary: Origin once, after what is there', async () => {
    const varied = (value: string) => ask(named, { res: { headers: [['vary', value]] } });
    expect(varyOf(await varied('Accept-Encoding'))).toEqual(['Accept-Encoding, Origin']);
    expect(varyOf(await varied('origin'))).toEqual(['origin']);
  });

  test('apex-up.md 4: has Expose-Headers and Credentials', async () => {
    const config = { ...named, exposed_headers: ['ETag', 'X-Total'], allow_credentials: true };
    expect(grantsOf(await ask(config, { headers: from('https://a.example') }))).toEqual({
      'access-control-allow-origin': 'https://a.example',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'ETag, X-Total',
    });
  });

  test('apex-up.md 4: to a method that is not allowed has no grants', async () => {
    const res = await ask(named, { method: 'DELETE', headers: from('https://a.example') });
    expect(res.reached).toBe(true);
    expect(grantsOf(res)).toEqual({});
  });

  test.each<[string, number]>([
    ['apex-up.md 4: a redirect (apex/up left it out)', 301],
    ['apex-up.md 4: an error page', 404],
    ['a failure of ours', 504],
  ])('is granted whatever it is: %s', async (_title, status) => {
    expect(grantsOf(await ask(named, { headers: from('https://a.example'), res: { status } }))).toEqual({
      'access-control-allow-origin': 'https://a.example',
    });
  });

  const own: Headers = [
    ['access-control-allow-origin', 'https://evil.example'],
    ['access-control-allow-credentials', 'true'],
    ['access-control-expose-headers', 'x-secret'],
    ['etag', '"a"'],
  ];

  test.each([
    ['replaced', 'https://a.example', { 'access-control-allow-origin': 'https://a.example' }],
    ['dropped for an origin that is not allowed', 'https://evil.example', {}],
  ])("has the app's own grants %s", async (_title, origin, expected) => {
    const res = await ask(named, { headers: from(origin), res: { headers: own } });
    expect(grantsOf(res)).toEqual(expected);
    expect(res.headers).toContainEqual(['etag', '"a"']);
  });
});

test('what is called like a field of the protocol is the app’s', async () => {
  const own: Headers = [
    ['x-access-control-max-age', '1'],
    ['access-control-max-age-of-app', '1'],
    ['access-control-request-method', 'GET'],
  ];
  expect((await ask(named, { res: { headers: own } })).headers.slice(0, 3)).toEqual(own);
});

describe('an origin', () => {
  test.each([
    ['https://a.example', true],
    ['https://A.example', false],
    ['http://a.example', false],
    ['https://a.example:443', false],
    ['https://a.example.', false],
    ['https://a.example/', false],
    ['https://a.exampleevil', false],
    ['https://evil-a.example', false],
    ['https://x.a.example', false],
    ['https://x.b.example:8443', true],
    ['https://x.y.z.b.example:8443', true],
    ['https://b.example:8443', false],
    ['https://.b.example:8443', false],
    ['https://x..b.example:8443', false],
    ['https://x.b.example', false],
    ['https://x.b.example:84433', false],
    ['https://xb.example:8443', false],
    ['https://evil.example:8443/.b.example:8443', false],
    ['https://evil.example#.b.example:8443', false],
    ['https://user@x.b.example:8443', false],
    // 300 characters, and one more.
    [`https://${'a'.repeat(277)}.b.example:8443`, true],
    [`https://${'a'.repeat(278)}.b.example:8443`, false],
    ['null', false],
    ['*', false],
    ['', false],
  ])('%s: %s', async (origin, allowed) => {
    const granted = grantsOf(await ask(named, { headers: from(origin) }));
    expect(granted).toEqual(allowed ? { 'access-control-allow-origin': origin } : {});
  });
});

describe('a private network', () => {
  const asked = preflight('GET', [['access-control-request-private-network', 'true']]);

  test('is let into when it is configured and asked for', async () => {
    const granted = { 'access-control-allow-private-network': 'true' };
    expect(grantsOf(await ask({ ...named, private_network: true }, asked))).toMatchObject(granted);
    expect(grantsOf(await ask({ ...named, private_network: true }, preflight('GET')))).not.toMatchObject(granted);
    expect(grantsOf(await ask(named, asked))).not.toMatchObject(granted);
  });
});

describe('whatever is sent', () => {
  const config = { allowed_origins: ['https://a.example', 'http://localhost:3000', 'https://*.b.example'] };

  /** The same by another way: hosts taken apart by the parser of URLs, and compared label by label. */
  function oracle(origin: string): boolean {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) return false;
    const { protocol, hostname, port } = new URL(origin);
    const labels = hostname.split('.');
    const names = labels.every((label) => /^[a-z0-9_-]+$/.test(label));
    const below = names && labels.length > 2 && labels.slice(-2).join() === 'b,example';
    return (
      (protocol === 'https:' && port === '' && below) ||
      origin === 'https://a.example' ||
      origin === 'http://localhost:3000'
    );
  }

  const part = fc.constantFrom(
    ...['https', 'http', '://', 'a', 'b', '.', 'example', 'localhost', ':', '3000', '443', '*', '@', '/', '#', '%2e'],
    ...['\\', 'null', ' ', 'A', '-', 'a.example', '.b.example', 'https://a.example', 'https://x.b.example'],
  );
  const anyOrigin = fc.oneof(
    fc.array(part, { maxLength: 8 }).map((parts) => parts.join('')),
    fc.array(part, { maxLength: 3 }).map((parts) => `https://${parts.join('')}.b.example`),
    fc.webUrl(),
    fc.string({ unit: 'binary' }),
  );
  const anyMethod = fc.constantFrom('GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD');
  const anyHeaders = fc.array(
    fc.tuple(
      fc.constantFrom('access-control-request-method', 'access-control-request-headers', 'origin', 'vary'),
      fc.oneof(anyMethod, fc.string({ unit: 'binary' }), fc.constantFrom('a,b', 'a\r\nb: c')),
    ),
    { maxLength: 4 },
  );

  test('an origin is granted exactly when it is allowed', async () => {
    await fc.assert(
      fc.asyncProperty(anyOrigin, async (origin) => {
        const granted = grantsOf(await ask(config, { headers: from(origin) }))['access-control-allow-origin'];
        expect(granted).toBe(oracle(origin) ? origin : undefined);
      }),
      { numRuns: 2000 },
    );
  });

  test('no answer grants anything else, and none holds a line break', async () => {
    const configs = fc.constantFrom(config, {}, { allowed_headers: ['*'] }, { ...named, allow_credentials: true });
    await fc.assert(
      fc.asyncProperty(configs, anyMethod, anyOrigin, anyHeaders, async (chosen, method, origin, more) => {
        const res = await ask(chosen, { method, headers: [...from(origin), ...more] });
        const granted = res.headers.filter(([name]) => name === 'access-control-allow-origin');
        expect(granted.length).toBeLessThanOrEqual(1);
        for (const [, value] of granted) expect(['*', origin]).toContain(value);
        for (const [, value] of res.headers) expect(isHeaderValue(value)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
