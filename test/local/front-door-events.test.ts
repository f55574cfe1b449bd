/** The event of each front door is the recorded one, member by member, but for what only AWS has; and what else may come. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { albFront } from '../../local/gateway/alb.ts';
import type { Front } from '../../local/gateway/front.ts';
import { functionUrlFront } from '../../local/gateway/function-url.ts';
import { httpApiFront } from '../../local/gateway/http-api.ts';
import type { Incoming } from '../../local/gateway/incoming.ts';
import { restApiFront } from '../../local/gateway/rest-api.ts';

const apiId = 'a1b2c3d4e5';
const urlId = 'abcdefghijklmnopqrstuvwxyz012345';
const fronts = {
  'HTTP API': httpApiFront({ ApiId: apiId }, '2.0', 30_000),
  'HTTP API 1.0': httpApiFront({ ApiId: apiId }, '1.0', 30_000),
  'Function URL': functionUrlFront({ urlId, invokeMode: 'BUFFERED' }),
  REST: restApiFront({ apiId, stage: 'prod', streams: false }),
  'load balancer': albFront(false),
  'multi-value load balancer': albFront(true),
};

const trace: Incoming['headers'][number] = ['x-amzn-trace-id', 'Root=1-67e1a5f0-0123456789abcdef01234567'];
const many: Incoming['headers'] = [
  ['x-many', 'first'],
  ['x-many', 'second'],
];
const cookies: Incoming['headers'] = [['cookie', 'session=abc123; theme=dark%20mode']];

/** A request as it came to AWS at that moment, through a proxy unless told otherwise. */
function incoming(host: string, change: Partial<Incoming>): Incoming {
  const { headers = [], ...rest } = change;
  return {
    method: 'GET',
    rawPath: '/capture/space%20value',
    rawQuery: '',
    body: Buffer.alloc(0),
    protocol: 'HTTP/1.1',
    scheme: 'https',
    host,
    clientIp: '203.0.113.7',
    port: 443,
    at: new Date(1_741_806_238_390),
    ...rest,
    headers: [['accept', '*/*'], ['host', host], ['user-agent', 'curl/8.5.0'], trace, ...headers],
  };
}

const proxied: Incoming['headers'] = [['x-forwarded-for', '198.51.100.20']];
const city: Incoming['headers'] = [['cf-ipcity', 'Srīperumbūdūr']];
const query = 'literalPlus=a+b&encodedPlus=a%2Bb&empty=&many=1&many=2';
const apiHost = `${apiId}.execute-api.us-east-1.amazonaws.com`;
const urlHost = `${urlId}.lambda-url.us-east-1.on.aws`;
const elbHost = 'lb-1234567890.us-east-1.elb.amazonaws.com';

/** Fields that a REST API keeps for itself. */
const dropped = [
  'content-length',
  'content-md5',
  'max-forwards',
  'proxy-authenticate',
  'server',
  'www-authenticate',
].map((name) => [name, '1'] as const);

/** What is another's on the machine of a developer, or is not there at all: paths of members. */
const tls = ['headers.x-amzn-tls-cipher-suite', 'headers.x-amzn-tls-version'];
const targetGroup = ['requestContext.elb.targetGroupArn'];
const unknown = [
  ...['extendedRequestId', 'resourceId'].map((name) => `requestContext.${name}`),
  ...['accessKey', 'accountId', 'caller', 'user', 'userArn', 'cognitoAmr', 'principalOrgId'].map(ofIdentity),
  ...['AuthenticationProvider', 'AuthenticationType', 'IdentityId', 'IdentityPoolId'].map((name) =>
    ofIdentity(`cognito${name}`),
  ),
];

function ofIdentity(name: string): string {
  return `requestContext.identity.${name}`;
}

type Row = readonly [name: string, door: keyof typeof fronts, fixture: string, request: Incoming, without: string[]];

const rows: readonly Row[] = [
  [
    'a GET',
    'HTTP API',
    'http-api-get',
    incoming(apiHost, {
      rawPath: '/capture/plain',
      rawQuery: `${query}&bare`,
      headers: [...proxied, ...many, ...city, ...cookies, ['accept-encoding', 'gzip, br']],
    }),
    [],
  ],
  [
    'JSON that is posted',
    'HTTP API',
    'http-api-post-json',
    incoming(apiHost, {
      method: 'POST',
      rawPath: '/form',
      rawQuery: `${query}&bare`,
      headers: [
        ...[...proxied, ...many, ...city, ...cookies],
        ['accept-encoding', 'gzip, br'],
        ['content-type', 'application/json'],
        ['content-length', '15'],
      ],
      body: Buffer.from('{"name":"Zoë"}'),
    }),
    ['requestContext.authorizer'],
  ],
  [
    'a GET',
    'HTTP API 1.0',
    'http-api-v1-get',
    incoming(apiHost, {
      rawQuery: 'encodedPlus=a%2Bb&many=1&many=2',
      headers: [['content-length', '0'], ['cookie', 'a=1'], ...many, ['cookie', 'b=2']],
    }),
    [...unknown, 'headers.cookie'],
  ],
  [
    'a GET',
    'Function URL',
    'function-url-get',
    incoming(urlHost, {
      rawQuery: 'literalPlus=a+b&encodedPlus=a%2Bb&empty=',
      headers: [...many, ...cookies],
    }),
    tls,
  ],
  [
    'a path that is malformed',
    'Function URL',
    'function-url-malformed-path',
    incoming(urlHost, { rawPath: '/pa2%Fth/1', headers: many }),
    tls,
  ],
  [
    'a GET',
    'REST',
    'rest-get',
    incoming(apiHost, {
      rawQuery: `${query}&name=Zo%C3%AB+%26+co`,
      headers: [...proxied, ...many, ...cookies, ...dropped],
    }),
    [...unknown, 'pathParameters', 'headers.cloudfront-viewer-country', 'multiValueHeaders.cloudfront-viewer-country'],
  ],
  [
    'a GET',
    'load balancer',
    'alb-single-get',
    incoming(elbHost, {
      rawQuery: `${query}&to=https%3A%2F%2Fexample.com%2F&bad=%%T%%`,
      scheme: 'http',
      port: 80,
      headers: [...proxied, ...many, ...city, ['cookie', 'session=abc123']],
    }),
    targetGroup,
  ],
  [
    'a GET',
    'multi-value load balancer',
    'alb-multi-get',
    incoming(elbHost, {
      rawQuery: `${query}&to=https%3A%2F%2Fexample.com%2F`,
      scheme: 'http',
      port: 80,
      headers: [...proxied, ...many, ['cookie', 'a=1'], ['cookie', 'b=2']],
    }),
    targetGroup,
  ],
];

describe('the event of', () => {
  test.each(rows)('%s at the door of a %s is %s.json', (_name, door, fixture, request, without) => {
    const front: Front = fronts[door];
    const recorded = readFixture(fixture);
    const { requestId } = recorded.requestContext;
    expect(comparable(front.toEvent(request, requestId), without)).toEqual(comparable(recorded, without));
  });
});

describe('a body', () => {
  test.each<[type: string | undefined, api: 'text' | 'base64', balancer: 'text' | 'base64']>([
    [undefined, 'text', 'text'],
    ['text/plain; charset=utf-8', 'text', 'text'],
    ['Text/CSS', 'text', 'text'],
    ['application/json', 'text', 'text'],
    ['application/javascript', 'text', 'text'],
    ['application/xml;q=1', 'text', 'text'],
    ['application/problem+json', 'text', 'base64'],
    ['image/svg+xml', 'text', 'base64'],
    ['application/jsonl', 'base64', 'base64'],
    ['application/x-www-form-urlencoded', 'base64', 'base64'],
    ['hypertext/plain', 'base64', 'base64'],
  ])('of type %s comes as %s by an API, and as %s by a load balancer', (type, api, balancer) => {
    const body = Buffer.from('{"name":"Zoë"}');
    const sent = incoming(elbHost, {
      method: 'POST',
      body,
      headers: type === undefined ? [] : [['content-type', type]],
    });
    const as = { text: { body: body.toString() }, base64: { body: body.toString('base64') } };
    for (const door of ['HTTP API', 'Function URL'] as const)
      expect(fronts[door].toEvent(sent, 'one')).toMatchObject({ ...as[api], isBase64Encoded: api === 'base64' });
    const event = fronts['load balancer'].toEvent(sent, 'one');
    expect(event).toMatchObject({ ...as[balancer], isBase64Encoded: balancer === 'base64' });
  });

  test('that is compressed is no text to a load balancer', () => {
    const headers: Incoming['headers'] = [['content-encoding', 'br']];
    const event = fronts['load balancer'].toEvent(incoming(elbHost, { body: Buffer.from('a'), headers }), 'one');
    expect(event).toMatchObject({ body: 'YQ==', isBase64Encoded: true });
  });
});

describe('of a request that is unlike those', () => {
  test('without a name of its client there is an empty one', () => {
    const sent = { ...incoming(apiHost, {}), headers: [] };
    expect(fronts['HTTP API'].toEvent(sent, 'one')).toMatchObject({ requestContext: { http: { userAgent: '' } } });
    expect(fronts.REST.toEvent(sent, 'one')).toMatchObject({ requestContext: { identity: { userAgent: '' } } });
  });

  test('without a trace one begins', () => {
    const sent = { ...incoming(apiHost, {}), headers: [] };
    const root = expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    expect(fronts['HTTP API'].toEvent(sent, 'one')).toMatchObject({ headers: { 'x-amzn-trace-id': root } });
  });

  test('a Function URL is called by its id, whatever its host is here, and an API by its host', () => {
    const sent = incoming('staging.shop.localhost:3000', {});
    expect(fronts['Function URL'].toEvent(sent, 'one')).toMatchObject({ requestContext: { domainPrefix: urlId } });
    expect(fronts['HTTP API'].toEvent(sent, 'one')).toMatchObject({ requestContext: { domainPrefix: 'staging' } });
  });

  test('without a query there is none, and the part of the path that a REST API names is all of it', () => {
    expect(fronts.REST.toEvent(incoming(apiHost, { rawPath: '/a/b' }), 'one')).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: { proxy: 'a/b' },
    });
  });

  test('cookies need no space between them', () => {
    const sent = incoming(apiHost, { headers: [['cookie', 'a=1;b=2']] });
    expect(fronts['HTTP API'].toEvent(sent, 'one')).toMatchObject({ cookies: ['a=1', 'b=2'] });
  });

  test('a query has every plus and every escape read', () => {
    const sent = incoming(apiHost, { rawQuery: 'a+b+c=d+e+f&%C3%A9=%ff' });
    const queryStringParameters = { 'a b c': 'd e f', é: '%ff' };
    expect(fronts['HTTP API'].toEvent(sent, 'one')).toMatchObject({ queryStringParameters });
    expect(fronts.REST.toEvent(sent, 'one')).toMatchObject({ queryStringParameters });
  });
});

// biome-ignore lint/suspicious/noExplicitAny: JSON of many shapes
type Json = any;

function readFixture(name: string): Json {
  return JSON.parse(readFileSync(new URL(`../fixtures/events/${name}.json`, import.meta.url), 'utf8'));
}

/** A copy without those members, and with the names that a client gives to fields in lower case, as they come to every door. */
function comparable(event: object, without: readonly string[]): Json {
  const copy: Json = JSON.parse(JSON.stringify(event));
  if (copy.headers) copy.headers = lowerCased(copy.headers);
  if (copy.multiValueHeaders) copy.multiValueHeaders = lowerCased(copy.multiValueHeaders);
  for (const path of without) {
    const steps = path.split('.');
    const parent = steps.slice(0, -1).reduce((value, step) => value?.[step], copy);
    delete parent?.[steps.at(-1) as string];
  }
  return copy;
}

function lowerCased(map: object): object {
  const fromClient = /^(?:Accept|Cookie|CloudFront-.*)$/;
  const entries = Object.entries(map).map(([name, value]) => [
    fromClient.test(name) ? name.toLowerCase() : name,
    value,
  ]);
  return Object.fromEntries(entries);
}
