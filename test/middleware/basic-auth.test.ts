import { createHook } from 'node:async_hooks';
import fc from 'fast-check';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { getHeader, type Header } from '../../http/headers.ts';
import type { HttpRequest, Middleware } from '../../http/message.ts';
import { hashPassword } from '../../http/password.ts';
import { basicAuth, readCredentials } from '../../middleware/basic-auth.ts';
import { jsonOf, request } from '../proxy/apps.ts';

const cheap = { N: 1024, r: 8, p: 1 };
const password = 'geheim: \u00e9\u20ac';
let users: Readonly<Record<string, string>>;
let auth: Middleware;

beforeAll(async () => {
  users = { ada: await hashPassword(password, cheap), 'b b': await hashPassword('', cheap) };
});

// Each begins with a proxy that has let in nobody yet.
beforeEach(() => {
  auth = made({ users, realm: 'The "shop"' });
});

function made(config: Parameters<typeof basicAuth>[0]): Middleware {
  const middleware = basicAuth(config);
  if (!middleware) throw new Error('it is not configured');
  return middleware;
}

const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

async function ask(fields: readonly Header[], context: Partial<HttpRequest['context']> = {}) {
  let seen: HttpRequest | null = null;
  const res = await auth(request('/', { headers: fields, context }), async (req) => {
    seen = req;
    return { status: 200, headers: [], body: null };
  });
  return { res, seen: seen as HttpRequest | null };
}

/** How many passwords are hashed while somebody asks. */
async function hashingsFor(...texts: readonly string[]): Promise<number> {
  let hashings = 0;
  const hook = createHook({ init: (_id, type) => void (type === 'SCRYPTREQUEST' && hashings++) }).enable();
  for (const text of texts) await ask([['authorization', basic(text)]]);
  hook.disable();
  return hashings;
}

test('without users nobody is asked', () => {
  expect(basicAuth({ realm: 'x' })).toBeNull();
});

test('a hash that is none stops the proxy, and is not repeated', () => {
  expect(() => basicAuth({ users: { ada: 'hunter2' }, realm: 'x' })).toThrow(/^(?!.*hunter2).*"ada"/);
});

describe('who knows a name and its password', () => {
  test.each<[string, string]>([
    ['comes in, with a colon in the password', `ada:${password}`],
    ['with an empty password', 'b b:'],
    ['typed on another keyboard', `ada:${password.normalize('NFD')}`],
  ])('%s', async (_title, text) => {
    expect((await ask([['authorization', basic(text)]])).res.status).toBe(200);
  });

  test('may write the scheme in any case', async () => {
    expect((await ask([['authorization', basic(`ada:${password}`).replace('Basic', 'bASIC  ')]])).res.status).toBe(200);
  });

  test('does not show the password to the app', async () => {
    const { seen } = await ask([
      ['x-a', 'b'],
      ['authorization', basic(`ada:${password}`)],
    ]);
    expect(seen).toMatchObject({ method: 'GET', target: '/', headers: [['x-a', 'b']] });
  });

  test.each<[string, string]>([
    ['public, max-age=60', 'private, max-age=60'],
    ['max-age=0, S-MaxAge=60', 'private, max-age=0'],
    ['max-age=0, must-revalidate', 'private, max-age=0, must-revalidate'],
    ['private, max-age=60', 'private, max-age=60'],
    ['public, s-maxage, x-public, publicity', 'private, x-public, publicity'],
    ['no-store', 'no-store'],
    ['max-age=60', 'max-age=60'],
  ])('and no shared cache keeps the answer for others: %s', async (own, sent) => {
    const req = request('/', { headers: [['authorization', basic(`ada:${password}`)]] });
    const res = await auth(req, async () => ({ status: 200, headers: [['cache-control', own]], body: null }));
    expect(res.headers).toEqual([['cache-control', sent]]);
  });

  test('comes in again without the cost, and so does everybody who came meanwhile', async () => {
    const [first, second] = [`ada:${password}`, 'b b:'];
    expect(await hashingsFor(first, second)).toBe(2);
    expect(await hashingsFor(first, second, first, second)).toBe(0);
  });
});

describe('anybody else gets a 401', () => {
  test('that says how to ask', async () => {
    const { res, seen } = await ask([]);
    expect(seen).toBeNull();
    expect(res).toMatchObject({ status: 401, failure: 'UP_UNAUTHORIZED' });
    expect(getHeader(res.headers, 'www-authenticate')).toBe('Basic realm="The \\"shop\\"", charset="UTF-8"');
    expect(getHeader(res.headers, 'cache-control')).toBe('no-store');
    expect(jsonOf(res)).toMatchObject({ code: 'UP_UNAUTHORIZED', requestId: 'request-1' });
  });

  test.each<[string, string]>([
    ['a wrong password', basic('ada:wrong')],
    ['the password of another', basic('ada:')],
    ['a name nobody has', basic(`eve:${password}`)],
    ['a name that objects inherit', basic('constructor:x')],
    ['no colon', basic('ada')],
    ['nothing', ''],
    ['a scheme only', 'Basic'],
    ['another scheme', `Bearer ${Buffer.from(`ada:${password}`).toString('base64')}`],
    ['what is no base64', 'Basic !!!'],
    ['base64 for URLs', 'Basic ab-_'],
    ['something behind it', `${basic(`ada:${password}`)} x`],
    ['what is no UTF-8', `Basic ${Buffer.from('ada:\xff', 'latin1').toString('base64')}`],
    ['a control character', basic(`ada:${password}\0`)],
    ['a password without end', basic(`ada:${'x'.repeat(4_000)}`)],
  ])('%s', async (_title, value) => {
    expect(await ask([['authorization', value]])).toMatchObject({ res: { status: 401 }, seen: null });
  });

  test('at the same cost, whether anybody has the name or not', async () => {
    expect(await hashingsFor('ada:wrong')).toBe(1);
    expect(await hashingsFor('eve:wrong')).toBe(1);
  });

  test('without any cost where no name ends', async () => {
    expect(readCredentials([['authorization', basic('ada')]])).toBeNull();
    expect(await hashingsFor('ada')).toBe(0);
  });

  test('with two fields, of which two readers may read different ones', async () => {
    const right: Header = ['authorization', basic(`ada:${password}`)];
    expect((await ask([right, right])).res.status).toBe(401);
  });

  test('preflight requests too, where the app answers them itself', async () => {
    const middleware = auth(
      request('/', { method: 'OPTIONS', headers: [['access-control-request-method', 'PUT']] }),
      () => Promise.reject(new Error('reached')),
    );
    expect((await middleware).status).toBe(401);
  });
});

describe('a field', () => {
  const read = (value: string) => readCredentials([['authorization', value]]);
  const ofLength = (length: number) => {
    const encoded = Buffer.from(`ada:${'x'.repeat(1_500)}`).toString('base64');
    return `Basic${' '.repeat(length - encoded.length - 5)}${encoded}`;
  };

  test.each<[title: string, value: string]>([
    ['of a scheme that ends like this one', `Not${basic('ada:x')}`],
    ['without a space behind the scheme', basic('ada:x').replace(' ', '')],
    ['that is no UTF-8', `Basic ${Buffer.from('ada:\xff', 'latin1').toString('base64')}`],
    ['that is longer than any password', ofLength(2_049)],
  ])('%s is not read', (_title, value) => {
    expect(read(value)).toBeNull();
  });

  test('as long as one may be is read', () => expect(read(ofLength(2_048))?.user).toBe('ada'));

  test('has all letters of base64', () => {
    expect(basic('a:>>>???')).toMatch(/\+.*\//);
    expect(read(basic('a:>>>???'))).toEqual({ user: 'a', password: '>>>???' });
  });

  test('is read as it is: a byte order mark is a part of the name', () => {
    expect(read(basic('\ufeffada:x'))).toEqual({ user: '\ufeffada', password: 'x' });
  });
});

test.each(['event', 'probe'] as const)('an %s has nobody who could be asked', async (sender) => {
  expect((await ask([], { sender })).res.status).toBe(200);
});

test('no wrong password passes, whatever was right before', async () => {
  await ask([['authorization', basic(`ada:${password}`)]]);
  const near = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.nat(password.length).map((n) => password.slice(0, n)),
    fc.string().map((more) => password + more),
    fc.string().map((more) => more + password),
  );
  await fc.assert(
    fc.asyncProperty(fc.constantFrom('ada', 'b b', 'eve', 'ada:'), near, async (user, tried) => {
      const right = user === 'ada' && tried.normalize('NFC') === password.normalize('NFC');
      const empty = user === 'b b' && tried === '';
      expect((await ask([['authorization', basic(`${user}:${tried}`)]])).res.status).toBe(right || empty ? 200 : 401);
    }),
    { numRuns: 30 },
  );
});

test('malformed fields are read without harm', async () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'binary' }).map((text) => `Basic ${text}`),
    fc.base64String().map((text) => `basic ${text}`),
    fc.uint8Array().map((bytes) => `Basic ${Buffer.from(bytes).toString('base64')}`),
  );
  fc.assert(
    fc.property(value, (field) => {
      const read = readCredentials([['authorization', field]]);
      if (read) expect(field).toMatch(/^basic +[A-Za-z0-9+/]+=*$/i);
      if (read) expect(read.user).not.toMatch(/[:\u0000-\u001f]/);
    }),
    { numRuns: 500 },
  );
});
