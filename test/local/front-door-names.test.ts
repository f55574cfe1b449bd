/** Which door a request comes to by the name it asks for, and whether the function behind it lets that door in. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createFrontDoors } from '../../local/gateway/front-doors.ts';
import { parseIntegrationUri, permitsService } from '../../local/gateway/permissions.ts';
import type { Request } from '../../local/inspector/feed.ts';
import type { Outcome } from '../../local/lambda/environment.ts';
import type { Target } from '../../local/lambda/target.ts';
import type { State } from '../../local/model.ts';

const forApis = { Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'lambda:InvokeFunction' };
const forAll = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].map((Action) => ({ Principal: '*', Action }));
const uri = 'arn:aws:lambda:us-east-1:000000000000:function:shop:staging';

/** An app with an API for staging, a Function URL for production, and a stage without either. */
function newState() {
  const api = (stage: string) => ({
    Tags: { 'up:app': 'shop', 'up:stage': stage },
    routes: {
      r1: { RouteKey: 'GET /old', Target: 'integrations/i0' },
      r2: { RouteKey: '$default', Target: 'integrations/i1' },
    } as Record<string, object>,
    integrations: { i1: { IntegrationUri: uri, PayloadFormatVersion: '2.0', TimeoutInMillis: 30_000 } },
    stages: { $default: {} } as Record<string, object>,
  });
  const url = { UrlId: 'u1', AuthType: 'NONE', InvokeMode: 'BUFFERED' };
  return {
    apis: { a1: { ApiId: 'a1', ...api('staging') }, a2: { ApiId: 'a2', ...api('none') } },
    functions: {
      shop: {
        aliases: { staging: {}, production: {}, bare: {} },
        urls: { production: url },
        policies: { staging: { statements: [forApis] }, production: { statements: forAll } } as Record<string, object>,
      },
    },
    domainNames: {
      'shop.example': {
        mappings: {
          m0: { ApiId: 'a2', ApiMappingKey: 'v1' },
          m1: { ApiId: 'a1', ApiMappingKey: 'v1/deep' },
          m2: { ApiId: 'gone', ApiMappingKey: 'gone' },
        },
      },
      'whole.example': { mappings: { m0: { ApiId: 'a1', ApiMappingKey: '' } } },
    },
  };
}

let state: ReturnType<typeof newState>;
let seen: Request[];
let counted: string[];
/** The function never answers. */
let hangs: boolean;
let port: number;
let close: () => void;

beforeEach(async () => {
  state = newState();
  [seen, counted, hangs] = [[], [], false];
  const frontDoors = createFrontDoors({
    state: state as unknown as State,
    dispatch: async (target, payload) => {
      if (hangs) await new Promise(() => {});
      const event = JSON.parse(Buffer.from(payload).toString());
      const body = JSON.stringify({ target, event });
      return { payload: Buffer.from(JSON.stringify({ statusCode: 201, body })), requestId: 'one' } as Outcome;
    },
    metrics: {
      put: ({ name, dimensions }, value) => void counted.push(`${Object.values(dimensions)} ${name} ${value}`),
    },
    firstPort: 1,
    onRequest: (one) => seen.push(one),
  });
  const server = createServer((req, res) => {
    const host = req.headers.host ?? '';
    if (!frontDoors.serveByName(host, req, res) && !frontDoors.serveByDomain(host, req, res))
      res.writeHead(299).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as AddressInfo);
  close = () => {
    server.close();
    server.closeAllConnections();
  };
});
afterEach(() => close());

interface Got {
  readonly status: number | undefined;
  readonly target?: Target;
  // biome-ignore lint/suspicious/noExplicitAny: an event of any door
  readonly event?: any;
  readonly message?: string;
}

function ask(host: string, path = '/'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path, headers: { host } }, async (res) => {
      const body = await text(res);
      resolve({ status: res.statusCode, ...(body.startsWith('{') && JSON.parse(body)) });
    });
    sent.once('error', reject).end();
  });
}

const nobody = { status: 299 };

describe('by the name of a stage', () => {
  test.each<[host: string, qualifier: string, event: object]>([
    ['staging.shop.localhost', 'staging', { version: '2.0', requestContext: { apiId: 'a1' } }],
    ['production.shop.localhost', 'production', { version: '2.0', requestContext: { apiId: 'u1' } }],
    ['bare.shop.rest.localhost', 'bare', { resource: '/{proxy+}', requestContext: { apiId: 'shop', stage: 'bare' } }],
    ['bare.shop.rest-stream.localhost', 'bare', { resource: '/{proxy+}' }],
    ['bare.shop.alb.localhost', 'bare', { headers: { host: 'bare.shop.alb.localhost' } }],
    ['bare.shop.alb-multi.localhost', 'bare', { multiValueHeaders: { host: ['bare.shop.alb-multi.localhost'] } }],
  ])('%s is the door of %s', async (host, qualifier, event) => {
    expect(await ask(host)).toMatchObject({ status: 201, target: { functionName: 'shop', qualifier }, event });
  });

  test.each([
    ['a stage without a door', 'bare.shop.localhost'],
    ['a stage that is not there', 'none.shop.localhost'],
    ['another app', 'staging.other.localhost'],
    ['a door of another kind', 'staging.shop.ftp.localhost'],
    ['something in front of it', 'a.staging.shop.localhost'],
    ['something behind it', 'staging.shop.localhost.example'],
  ])('%s is nobody’s', async (_what, host) => {
    expect(await ask(host)).toEqual(nobody);
  });
});

describe('by the name of a domain', () => {
  test.each<[host: string, path: string, apiId: string, rawPath: string]>([
    ['whole.example', '/a?b=1', 'a1', '/a'],
    ['WHOLE.example', '/', 'a1', '/'],
    ['shop.example', '/v1/deep/a', 'a1', '/a'],
    ['shop.example', '/v1/deep?b=1', 'a1', '/'],
    ['shop.example', '/v1/deeper', 'a2', '/deeper'],
  ])('%s%s is the API %s, at %s', async (host, path, apiId, rawPath) => {
    expect(await ask(host, path)).toMatchObject({ status: 201, event: { rawPath, requestContext: { apiId } } });
  });

  test.each([
    ['a path that is nobody’s', '/v2'],
    ['one that only begins like a key', '/v11'],
    ['one whose API is gone', '/gone'],
  ])('%s is a 403 of the domain', async (_what, path) => {
    expect(await ask('shop.example', path)).toEqual({ status: 403, message: 'Forbidden' });
  });

  test('another domain is nobody’s', async () => {
    expect(await ask('other.example')).toEqual(nobody);
  });
});

describe('an API', () => {
  test('takes payload 1.0 where its integration says so', async () => {
    state.apis.a1.integrations.i1.PayloadFormatVersion = '1.0';
    expect((await ask('whole.example')).event).toMatchObject({ version: '1.0', resource: '$default' });
  });

  test('gives up when its integration says so', async () => {
    state.apis.a1.integrations.i1.TimeoutInMillis = 1;
    hangs = true;
    expect(await ask('whole.example')).toEqual({ status: 503, message: 'Service Unavailable' });
  });

  test('has nothing behind it without a $default route, stage or function', async () => {
    const notFound = { status: 404, message: 'Not Found' };
    state.apis.a1.integrations.i1.IntegrationUri = 'https://shop.example';
    expect(await ask('whole.example')).toEqual(notFound);
    delete state.apis.a1.routes.r2;
    expect(await ask('whole.example')).toEqual(notFound);
    state = Object.assign(state, newState());
    delete state.apis.a1.stages.$default;
    expect(await ask('whole.example')).toEqual(notFound);
  });

  test('is not let in by a function that is gone', async () => {
    state.apis.a1.integrations.i1.IntegrationUri = uri.replace('shop', 'gone');
    expect(await ask('whole.example')).toEqual({ status: 500, message: 'Internal Server Error' });
  });

  test.each<[what: string, policies: Record<string, object>]>([
    ['without a policy', {}],
    ['with one of another stage', { production: { statements: [forApis] } }],
    ['with one for another service', { staging: { statements: [{ ...forApis, Principal: { Service: 'sns' } }] } }],
  ])('is not let in by a function %s', async (_what, policies) => {
    state.functions.shop.policies = policies;
    expect(await ask('whole.example')).toEqual({ status: 500, message: 'Internal Server Error' });
  });
});

describe('a Function URL', () => {
  const [first, second] = forAll as [object, object];

  test.each<[what: string, statements: object[]]>([
    ['everybody', [first, second]],
    ['everybody, by another word', [first, { ...second, Principal: { AWS: '*' } }]],
  ])('is open to %s', async (_what, statements) => {
    state.functions.shop.policies.production = { statements };
    expect((await ask('production.shop.localhost')).status).toBe(201);
  });

  test.each<[what: string, statements: object[]]>([
    ['nobody', []],
    ['those who may have the URL and not the function', [first, first]],
    ['those who may have the function and not the URL', [second]],
    ['one account', [first, { ...second, Principal: { AWS: 'arn:aws:iam::000000000000:root' } }]],
  ])('that is open to %s is a 403', async (_what, statements) => {
    state.functions.shop.policies.production = { statements };
    expect((await ask('production.shop.localhost')).status).toBe(403);
  });

  test('that asks for signatures is a 403', async () => {
    state.functions.shop.urls.production.AuthType = 'AWS_IAM';
    expect((await ask('production.shop.localhost')).status).toBe(403);
  });
});

describe('a request is told of', () => {
  test('with who answered what', async () => {
    await ask('staging.shop.localhost', '/a?b=1');
    const request = { requestId: 'one', app: 'shop', qualifier: 'staging', method: 'GET', path: '/a?b=1', status: 201 };
    expect(seen).toEqual([{ ...request, duration: expect.any(Number) }]);
    expect(counted).toContain('a1 Count 1');
  });

  test('and only counted where the door has answered by itself', async () => {
    state.functions.shop.policies = {};
    await ask('staging.shop.localhost');
    await ask('production.shop.localhost');
    expect(seen).toEqual([]);
    expect(counted).toEqual(expect.arrayContaining(['a1 5xx 1', 'shop,shop:production Url4xxCount 1']));
  });
});

test.each<[uri: string, target: Target | null]>([
  [uri, { functionName: 'shop', qualifier: 'staging' }],
  [uri.replace(':staging', ''), { functionName: 'shop' }],
  [
    `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${uri}/invocations`,
    { functionName: 'shop', qualifier: 'staging' },
  ],
  ['https://shop.example', null],
])('an integration with %s is of that function', (uri, target) => {
  expect(parseIntegrationUri(uri)).toEqual(target);
});

describe('a service', () => {
  const topic = 'arn:aws:sns:us-east-1:000000000000:alerts';
  const statement = { Principal: { Service: 'sns.amazonaws.com' }, Action: 'lambda:InvokeFunction' };
  const onlyOf = (arn: string) => ({ ...statement, Condition: { ArnLike: { 'AWS:SourceArn': arn } } });

  test.each<[what: string, statement: object, sourceArn: string | undefined, isLetIn: boolean]>([
    ['that is named is let in', statement, topic, true],
    ['that is named for this very thing is let in', onlyOf(topic), topic, true],
    ['that is named for things like this is let in', onlyOf(topic.replace('alerts', '*')), topic, true],
    ['that is named for something else is not', onlyOf(`${topic}-2`), topic, false],
    ['that does not say what it is for is not', onlyOf(topic), undefined, false],
    [
      'whose name only begins so is not',
      { ...statement, Principal: { Service: 'sns.amazonaws.com.cn' } },
      topic,
      false,
    ],
  ])('%s', (_what, statement, sourceArn, isLetIn) => {
    state.functions.shop.policies[''] = { statements: [forApis, statement] };
    const target = { functionName: 'shop' };
    expect(permitsService(state as unknown as State, target, 'sns.amazonaws.com', sourceArn)).toBe(isLetIn);
  });
});
