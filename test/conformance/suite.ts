/** One suite for every host: the app must see, and the client get, what they would without us. */
import { rmSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Fields, pairs, type Sent, valuesOf } from '../support/http.ts';
import { until } from '../support/until.ts';
import { answers, requests } from './cases.ts';
import { type Difference, differenceOf, fields } from './differences.ts';
import type { Host } from './hosts.ts';
import type { HostName, Way } from './ways.ts';

export interface World {
  host(name: HostName): Host;
  /** See `downFile` in hosts.ts. */
  downFile(): string;
}

export function suite(name: HostName, way: Way, world: World): void {
  const ask = (sent: Sent) => world.host(name).send(withHost(sent, way));
  const askDirectly = (sent: Sent) => world.host('direct').send(withHost(sent, way));

  describe.each(Object.entries(requests))('the app sees the same: %s', (_group, cases) => {
    test.each(cases)('%s', async (title, sent) => {
      const [answer, direct] = await Promise.all([ask(sent), askDirectly(sent)]);
      const difference = differenceOf(title, name);
      if (difference?.answered) return expectRefusal(answer, difference);
      if (sent.method === 'HEAD') return expect(shown(answer, 'HEAD')).toEqual(shown(direct, 'HEAD'));
      expect(answer.status, answer.text).toBe(direct.status);
      const expected = seenBy(direct);
      const headers = changed(expected.headers, difference?.seen?.headers);
      expect(seenBy(answer)).toEqual({ ...expected, ...difference?.seen, headers });
    });
  });

  describe('the client gets the same answer', () => {
    test.each(answers)('%s', async (title, sent) => {
      const [answer, direct] = await Promise.all([ask(sent), askDirectly(sent)]);
      const difference = differenceOf(title, name);
      if (difference?.answered?.code) return expectRefusal(answer, difference);
      const expected = shown(direct, sent.method);
      const headers = changed(expected.headers, difference?.answered?.headers);
      expect(shown(answer, sent.method)).toEqual({ ...expected, headers });
    });
  });

  describe('what is ours to say', () => {
    test('the request id, the stage and the context are in the headers, once, whatever the client sent', async () => {
      const forged: Fields = [
        ['x-request-id', 'forged'],
        ['X-Request-Id', 'forged again'],
        ['x-stage', 'forged'],
        ['x-context', '"forged"'],
        ['x_context', '"forged"'],
        ['x-forwarded-proto', 'gopher'],
      ];
      const { headers } = JSON.parse((await ask({ headers: forged })).text, (key, value) =>
        key === '' ? { ...value, headers: pairs(value.rawHeaders) } : value,
      );
      expect(valuesOf(headers, 'x-request-id')).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/)]);
      expect(valuesOf(headers, 'x-stage')).toEqual([way.stage]);
      expect(valuesOf(headers, 'x-context').map((value) => JSON.parse(value))).toEqual([
        expect.objectContaining(way.context),
      ]);
      expect(valuesOf(headers, 'x_context')).toEqual([]);
      expect(valuesOf(headers, 'x-forwarded-proto')).toEqual([expect.stringMatching(/^https?$/)]);
    });

    test('the address of the client comes last in x-forwarded-for', async () => {
      const { rawHeaders } = JSON.parse((await ask({ headers: [['x-forwarded-for', '203.0.113.9']] })).text);
      expect(valuesOf(pairs(rawHeaders), 'x-forwarded-for')).toEqual([
        expect.stringMatching(/^203\.0\.113\.9, (?:127\.0\.0\.1|192\.0\.2\.7)$/),
      ]);
    });
  });

  describe('limits', () => {
    test(`an answer of 7 MB is ${way.streams ? 'streamed' : 'more than an invocation can return'}`, async () => {
      const answer = await ask({ path: '/answers/huge' });
      if (way.streams) return expect([answer.status, answer.body.length]).toEqual([200, 7 * 1024 * 1024]);
      expectError(answer, 413, 'UP_RESPONSE_TOO_LARGE');
      expect(JSON.parse(answer.text).error).toMatch(new RegExp(`\\d+ bytes.*${way.maxResultBytes}`));
    });

    test('an answer of a little less than that passes', async () => {
      // The app shows it in base64, and so does the result in part.
      const body = Buffer.alloc(Math.floor(way.maxResultBytes / 1.5), 7);
      const answer = await ask({
        method: 'POST',
        path: '/',
        body,
        headers: [['content-type', 'application/octet-stream']],
      });
      expect(Buffer.from(JSON.parse(answer.text).body, 'base64').equals(body)).toBe(true);
    });

    test('header fields that are too large are 431, in the form of the contract', async () => {
      const answer = await ask({ headers: [['x-large', 'x'.repeat(17_000)]] });
      expectError(answer, 431, 'UP_HEADERS_TOO_LARGE');
      expect((await ask({})).status).toBe(200);
    });
  });

  describe('an app that fails', () => {
    test('in the middle of a POST is 502, and the next request is served', async () => {
      expectError(await ask({ method: 'POST', path: '/answers/crash', body: 'x' }), 502, 'UP_APP_CRASHED');
      expect((await ask({})).status).toBe(200);
    });

    test('at each try of a GET is 502, and the next request is served', async () => {
      expectError(await ask({ path: '/answers/crash' }), 502, 'UP_APP_CRASHED');
      expect((await ask({})).status).toBe(200);
    });

    describe('and does not come back', () => {
      beforeAll(() => writeFileSync(world.downFile(), ''));
      afterAll(() => rmSync(world.downFile(), { force: true }));

      test('is 502 with the reason, then 503 with the time of the next try, then served again', async () => {
        expect((await ask({ method: 'POST', path: '/answers/crash', body: 'x' })).status).toBe(502);
        const seen = new Map<string, Answer>();
        await until('both errors', async () => {
          const answer = await ask({});
          seen.set(JSON.parse(answer.text).code, answer);
          return seen.has('UP_APP_EXITED') && seen.has('UP_APP_BACKING_OFF');
        });
        expectError(seen.get('UP_APP_EXITED'), 502, 'UP_APP_EXITED');
        const backingOff = seen.get('UP_APP_BACKING_OFF');
        expectError(backingOff, 503, 'UP_APP_BACKING_OFF');
        expect(valuesOf(backingOff?.headers ?? [], 'retry-after')).toEqual([expect.stringMatching(/^[1-9]\d*$/)]);
        rmSync(world.downFile());
        await until('the app to be back', async () => (await ask({})).status === 200);
      });
    });
  });
}

/** Two hosts on two ports would differ in it; a front door that is found by it gets no other. */
function withHost(sent: Sent, { host }: Way): Sent {
  const { headers = [] } = sent;
  const others = headers.filter(([name]) => name !== 'host');
  if (host === null && others.length < headers.length) return sent;
  return { ...sent, headers: [['host', host ?? 'shop.example'], ...others] };
}

function seenBy({ text }: Answer) {
  const { method, url, rawHeaders, body } = JSON.parse(text);
  return { method, url, body, headers: joined(pairs(rawHeaders), fields.seen) };
}

function shown({ status, headers, body }: Answer, method = 'GET') {
  const map = joined(headers, fields.answered);
  const counted = status === 204 || status === 304 || method === 'HEAD' ? undefined : String(body.length);
  if (counted !== undefined) map['content-length'] ??= counted;
  return { status, headers: map, cookies: valuesOf(headers, 'set-cookie'), body: body.toString('base64') };
}

function changed(headers: Record<string, string>, changes: Readonly<Record<string, string | null>> = {}) {
  const entries = Object.entries({ ...headers, ...changes });
  return Object.fromEntries(entries.filter(([, value]) => value !== null));
}

/** As a map: the order of different names says nothing, that of repeats is in the joined value. */
function joined(headers: Fields, except: Readonly<Record<string, string>>): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (const [name] of headers) {
    if (name in except || name === 'set-cookie') continue;
    map[name] = valuesOf(headers, name).join(',').replaceAll(/ *, */g, ',');
  }
  return map;
}

function expectRefusal(answer: Answer, { answered }: Difference): void {
  expectError(answer, answered?.status ?? 0, answered?.code ?? '');
}

/** The error of the contract. */
function expectError(answer: Answer | undefined, status: number, code: string): void {
  expect(answer?.status, answer?.text).toBe(status);
  expect(JSON.parse(answer?.text ?? '')).toEqual({
    error: expect.any(String),
    code,
    requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  expect(valuesOf(answer?.headers ?? [], 'content-type')).toEqual(['application/json; charset=utf-8']);
  expect(valuesOf(answer?.headers ?? [], 'cache-control')).toEqual(['no-store']);
}
