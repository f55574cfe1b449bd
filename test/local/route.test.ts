/** What is behind a front door, by the state alone. */
import { describe, expect, test } from 'vitest';
import { keptPorts, nextPort } from '../../local/gateway/listeners.ts';
import { apiRoute, routeByDomain, routeByName, urlRoute } from '../../local/gateway/route.ts';
import type { State } from '../../local/model.ts';

const forApis = { Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'lambda:InvokeFunction' };
const uri = 'arn:aws:lambda:us-east-1:000000000000:function:shop:staging';
const shop = { functionName: 'shop', qualifier: 'staging' };

/** The stage `staging` of an app with an API; `statements` are those of its policy. */
function stateWith({
  statements = [forApis] as object[],
  integrations = { i1: { IntegrationUri: uri } } as object,
} = {}) {
  const api = {
    ...{ ApiId: 'a1', Tags: { 'up:app': 'shop', 'up:stage': 'staging' }, port: 3001, integrations },
    routes: { r1: { RouteKey: '$default', Target: 'integrations/i1' } },
    stages: { $default: {} },
  };
  const fn = {
    aliases: { staging: {}, other: {} },
    policies: { staging: { statements } },
    urls: { staging: { UrlId: 'u1', AuthType: 'NONE', InvokeMode: 'RESPONSE_STREAM', port: 3003 } },
  };
  const mappings = [
    { ApiId: 'a1', ApiMappingKey: 'v1' },
    { ApiId: 'gone', ApiMappingKey: 'gone' },
  ];
  // `as`: nothing else of it is looked at.
  return {
    apis: { a1: api },
    functions: { shop: fn },
    domainNames: { 'shop.example': { mappings } },
  } as unknown as State;
}

describe('an API leads to', () => {
  test('the function of its default route', () => {
    expect(apiRoute(stateWith(), 'a1')).toMatchObject({ target: shop, counted: { kind: 'api', apiId: 'a1' } });
  });

  test.each([
    ['an integration', { integrations: {} }],
    ['a default route', { routes: {} }],
    ['a default stage', { stages: {} }],
  ])('nothing without %s', (_title, lacking) => {
    const state = stateWith();
    Object.assign(state.apis.a1 as object, lacking);
    expect(apiRoute(state, 'a1').target).toBeNull();
  });

  test('it in the format and the time of its integration', () => {
    const { front } = apiRoute(stateWith(), 'a1');
    expect([front.timeout, front.fromResult(Buffer.from('{}'))]).toMatchObject([30_000, { status: 200 }]);
    const integration = { IntegrationUri: uri, PayloadFormatVersion: '1.0', TimeoutInMillis: 5_000 };
    const { front: another } = apiRoute(stateWith({ integrations: { i1: integration } }), 'a1');
    expect([another.timeout, another.fromResult(Buffer.from('{}'))]).toEqual([5_000, 'bad result']);
  });

  test('a function that does not let it in', () => {
    expect(apiRoute(stateWith({ statements: [] }), 'a1').target).toBe('denied');
  });
});

describe('a Function URL leads to', () => {
  test('its function, and streams as it was told', () => {
    const statements = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].map((Action) => ({
      Principal: '*',
      Action,
    }));
    const route = urlRoute(stateWith({ statements }), 'shop', 'staging');
    expect(route).toMatchObject({ target: shop, front: { streams: true }, counted: { kind: 'url', ...shop } });
  });

  test('a function without an alias, where it is one of that', () => {
    const state = stateWith();
    const url = { UrlId: 'u2', AuthType: 'AWS_IAM' };
    Object.assign(state.functions.shop as object, { urls: { '': url } });
    expect(urlRoute(state, 'shop', '').counted).toEqual({ kind: 'url', functionName: 'shop' });
  });

  test('a function that does not let it in, or has it no more', () => {
    expect(urlRoute(stateWith(), 'shop', 'staging').target).toBe('denied');
    expect(urlRoute(stateWith(), 'shop', 'production').target).toBe('denied');
  });
});

test('by name, an API comes before a Function URL, and a kind before both', () => {
  const state = stateWith();
  expect(routeByName(state, 'staging.shop.localhost')?.counted).toEqual({ kind: 'api', apiId: 'a1' });
  expect(routeByName({ ...state, apis: {} }, 'staging.shop.localhost')?.counted).toEqual({ kind: 'url', ...shop });
  expect(routeByName(state, 'staging.shop.alb.localhost')).toMatchObject({ target: shop });
  expect(routeByName(state, 'staging.shop.alb.localhost')?.counted).toBeUndefined();
});

test('by name, only an API of the app is its own', () => {
  const state = stateWith();
  const others = { a0: { ...state.apis.a1, ApiId: 'a0', Tags: { 'up:app': 'blog', 'up:stage': 'staging' } } };
  const both = { ...state, apis: { ...others, ...state.apis } } as State;
  expect(routeByName(both, 'staging.shop.localhost')?.counted).toEqual({ kind: 'api', apiId: 'a1' });
});

test.each([
  ['rest', 'bad result', false],
  ['rest-stream', 'bad result', true],
  ['alb', { headers: [['a', '1']] }, false],
  ['alb-multi', { headers: [['b', '2']] }, false],
])('by name, %s is a front door of its own', (kind, result, streams) => {
  const front = routeByName(stateWith(), `staging.shop.${kind}.localhost`)?.front;
  expect(front?.streams).toBe(streams);
  const given = {
    statusCode: kind.startsWith('alb') ? 200 : 'none',
    headers: { a: '1' },
    multiValueHeaders: { b: ['2'] },
  };
  const read = front?.fromResult(Buffer.from(JSON.stringify(given)));
  if (typeof result === 'string') expect(read).toBe(result);
  else expect(read).toMatchObject(result);
});

test.each([
  'other.shop.localhost',
  'www.staging.shop.localhost',
  'staging.shop.localhost.example',
  'none.shop.localhost',
  'staging.none.localhost',
  'staging.shop.nlb.localhost',
])('nothing is called %s', (host) => {
  expect(routeByName(stateWith(), host)).toBeNull();
});

test.each([
  ['SHOP.example', '/v1/cart?a=b', { target: shop }],
  ['shop.example', '/v1?a=b', { target: shop }],
  ['shop.example', '/v1?', { target: shop }],
  ['shop.example', '/v10', 'forbidden'],
  ['shop.example', '/gone/cart', 'forbidden'],
  ['blog.example', '/v1', null],
])('by domain, %s%s leads to %j', (host, url, expected) => {
  const route = routeByDomain(stateWith(), host, url);
  if (expected !== null && typeof expected === 'object') expect(route).toMatchObject(expected);
  else expect(route).toBe(expected);
});

test.each([
  ['/', 'a1'],
  ['/v2', 'a1'],
  ['/v1', 'a2'],
  ['/v1/carts', 'a2'],
  ['/v1/cart/7', 'a3'],
])('by domain, %s leads to the API of the longest key that begins it, %s', (path, apiId) => {
  const state = stateWith();
  const apis = Object.fromEntries(['a1', 'a2', 'a3'].map((ApiId) => [ApiId, { ...state.apis.a1, ApiId }]));
  const mappings = ['', 'v1', 'v1/cart'].map((ApiMappingKey, at) => ({ ApiId: `a${at + 1}`, ApiMappingKey }));
  const mapped = { ...state, apis, domainNames: { 'shop.example': { mappings } } } as unknown as State;
  expect(routeByDomain(mapped, 'shop.example', path)).toMatchObject({ counted: { apiId } });
});

test('a port is given that no API and no Function URL has, open or not', () => {
  const kept = keptPorts(stateWith());
  expect([...kept]).toEqual([3001, 3003]);
  expect([3000, 3001, 3003].map((first) => nextPort(kept, first))).toEqual([3000, 3002, 3004]);
});
