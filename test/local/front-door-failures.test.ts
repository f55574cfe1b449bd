/**
 * Which bytes a client gets when there is no answer of the app, through each front door. Sources:
 * - HTTP API, REST: recorded; https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
 * - Function URL: recorded; https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html
 * - load balancer: recorded; https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html
 */
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { AwsError } from '../../local/aws/error.ts';
import { albFront } from '../../local/gateway/alb.ts';
import { type Dispatch, type Front, serve } from '../../local/gateway/front.ts';
import { functionUrlFront } from '../../local/gateway/function-url.ts';
import { httpApiFront } from '../../local/gateway/http-api.ts';
import { restApiFront } from '../../local/gateway/rest-api.ts';
import type { Outcome } from '../../local/lambda/environment.ts';
import type { HttpApi } from '../../local/model.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

const fronts: Readonly<Record<string, Front>> = {
  'HTTP API': httpApiFront({ ApiId: 'abc' } as HttpApi, '2.0', 30_000),
  'Function URL': functionUrlFront({ urlId: 'u', invokeMode: 'BUFFERED' }),
  'streaming Function URL': functionUrlFront({ urlId: 'u', invokeMode: 'RESPONSE_STREAM' }),
  REST: restApiFront({ apiId: 'abc', stage: 'prod', streams: false }),
  'load balancer': albFront(false),
};

const answers = (payload: string, more = {}): Dispatch => {
  return async () => ({ payload: Buffer.from(payload), ...more }) as Outcome;
};

interface Cause {
  readonly dispatch: Dispatch;
  readonly front?: Partial<Front>;
  readonly sent?: string | Uint8Array<ArrayBuffer>;
}

/** What happens behind the door, and what may be in front of it. */
const causes: Readonly<Record<string, Cause>> = {
  'a function that failed': { dispatch: answers('{"errorType":"Runtime.ExitError"}', { functionError: 'Unhandled' }) },
  'a result that is no JSON': { dispatch: answers('<html>') },
  'a status that is none': { dispatch: answers('{"statusCode":"often","body":""}') },
  'a result that is larger than the door takes': {
    dispatch: answers('{"statusCode":200}'),
    front: { maxResultBytes: 3 },
  },
  'a status that ends nothing': { dispatch: answers('{"statusCode":101}') },
  'a field with another in it': {
    dispatch: answers('{"statusCode":200,"headers":{"x":"1\\r\\ny: 2"},"multiValueHeaders":{"x":["1\\r\\ny: 2"]}}'),
  },
  'a field that no field is called': { dispatch: answers('{"statusCode":200,"headers":{"not a name":"1"}}') },
  'a function without room': {
    dispatch: async () => {
      throw new AwsError('TooManyRequestsException', 'Rate Exceeded.');
    },
  },
  'a function that is gone': {
    dispatch: async () => {
      throw new AwsError('ResourceNotFoundException', 'Function not found');
    },
  },
  'a function that takes longer than the door waits': { dispatch: () => new Promise(() => {}), front: { timeout: 1 } },
  'a body that is larger than an event may be, being bytes': {
    dispatch: answers('{"statusCode":200}'),
    // Base64 makes four bytes of three.
    sent: new Uint8Array(4_750_000).fill(0xff),
    front: { maxBodyBytes: Number.POSITIVE_INFINITY },
  },
  'a body that is too large': { dispatch: answers('{"statusCode":200}'), front: { maxBodyBytes: 3 } },
};

const rows: readonly (readonly [cause: string, door: string, status: number, body: string])[] = [
  ['a function that failed', 'HTTP API', 500, '{"message":"Internal Server Error"}'],
  ['a function that failed', 'Function URL', 502, '{"Message":"Internal Server Error"}'],
  ['a function that failed', 'streaming Function URL', 502, '{"Message":"Internal Server Error"}'],
  ['a function that failed', 'REST', 502, '{"message":"Internal server error"}'],
  ['a function that failed', 'load balancer', 502, page('502 Bad Gateway')],
  ['a result that is no JSON', 'HTTP API', 500, '{"message":"Internal Server Error"}'],
  ['a result that is no JSON', 'Function URL', 502, '{"Message":"Internal Server Error"}'],
  ['a result that is no JSON', 'REST', 502, '{"message":"Internal server error"}'],
  ['a result that is no JSON', 'load balancer', 502, page('502 Bad Gateway')],
  ['a status that is none', 'HTTP API', 500, '{"message":"Internal Server Error"}'],
  ['a status that is none', 'Function URL', 502, '{"Message":"Internal Server Error"}'],
  ['a status that is none', 'REST', 502, '{"message":"Internal server error"}'],
  ['a status that is none', 'load balancer', 502, page('502 Bad Gateway')],
  ['a result that is larger than the door takes', 'load balancer', 502, page('502 Bad Gateway')],
  ['a status that ends nothing', 'HTTP API', 500, '{"message":"Internal Server Error"}'],
  ['a status that ends nothing', 'load balancer', 502, page('502 Bad Gateway')],
  ['a field with another in it', 'HTTP API', 500, '{"message":"Internal Server Error"}'],
  ['a field with another in it', 'Function URL', 502, '{"Message":"Internal Server Error"}'],
  ['a field with another in it', 'REST', 502, '{"message":"Internal server error"}'],
  ['a field with another in it', 'load balancer', 502, page('502 Bad Gateway')],
  ['a field that no field is called', 'HTTP API', 500, '{"message":"Internal Server Error"}'],
  ['a field that no field is called', 'load balancer', 502, page('502 Bad Gateway')],
  ['a function without room', 'HTTP API', 503, '{"message":"Service Unavailable"}'],
  ['a function without room', 'Function URL', 429, '{"Message":"Rate Exceeded."}'],
  ['a function without room', 'REST', 429, '{"message":"Too Many Requests"}'],
  ['a function without room', 'load balancer', 502, page('502 Bad Gateway')],
  ['a function that is gone', 'HTTP API', 500, '{"message":"Internal Server Error"}'],
  ['a function that is gone', 'Function URL', 502, '{"Message":"Internal Server Error"}'],
  ['a function that takes longer than the door waits', 'HTTP API', 503, '{"message":"Service Unavailable"}'],
  ['a function that takes longer than the door waits', 'REST', 504, '{"message":"Endpoint request timed out"}'],
  [
    'a body that is larger than an event may be, being bytes',
    'HTTP API',
    413,
    '{"message":"Request Entity Too Large"}',
  ],
  [
    'a body that is larger than an event may be, being bytes',
    'Function URL',
    413,
    '{"Message":"Request Entity Too Large"}',
  ],
  ['a body that is larger than an event may be, being bytes', 'REST', 413, '{"message":"Request Too Long"}'],
  ['a body that is too large', 'HTTP API', 413, '{"message":"Request Entity Too Large"}'],
  ['a body that is too large', 'Function URL', 413, '{"Message":"Request Entity Too Large"}'],
  ['a body that is too large', 'REST', 413, '{"message":"Request Too Long"}'],
  ['a body that is too large', 'load balancer', 413, page('413 Request Entity Too Large')],
];

describe('without an answer of the app', () => {
  test.each(rows)('%s is, through the front door of %s, a %i', async (cause, door, status, body) => {
    const { dispatch, front = {}, sent = 'body' } = causes[cause]!;
    const res = await send({ ...(fronts[door] as Front), ...front }, dispatch, sent);
    expect([res.status, res.headers.get('content-type'), await res.text()]).toEqual([
      status,
      door === 'load balancer' ? 'text/html' : 'application/json',
      body,
    ]);
  });
});

test.each(
  Object.entries(fronts),
)('an object where text belongs goes through the front door of %s as text', async (door, front) => {
  const odd = { toString: 1 };
  const result = { statusCode: 200, headers: { x: odd }, multiValueHeaders: { y: [odd] }, body: odd };
  const cookies = door === 'REST' ? {} : { cookies: [odd] };
  const res = await send(front, answers(JSON.stringify({ ...result, ...cookies })), '');
  expect([res.status, await res.text()]).toEqual([200, '{"toString":1}']);
});

test.each([
  ['none', 'HTTP/1.1', [], 400],
  ['two', 'HTTP/1.1', ['a', 'b'], 400],
  ['one twice', 'HTTP/1.1', ['a', 'a'], 200],
  ['none, of old', 'HTTP/1.0', [], 200],
])('a request that names hosts, %s, as %s', async (_hosts, version, hosts, status) => {
  const port = await listen(fronts['HTTP API'] as Front, answers('{"statusCode":200}'));
  const socket = connect(port, '127.0.0.1');
  const fields = [...hosts.map((host) => `host: ${host}`), 'connection: close'];
  socket.write(`GET / ${version}\r\n${fields.join('\r\n')}\r\n\r\n`);
  expect((await text(socket)).split(' ')[1]).toBe(String(status));
});

function page(title: string): string {
  return `<html>\r\n<head><title>${title}</title></head>\r\n<body>\r\n<center><h1>${title}</h1></center>\r\n</body>\r\n</html>\r\n`;
}

async function send(front: Front, dispatch: Dispatch, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
  return fetch(`http://127.0.0.1:${await listen(front, dispatch)}`, { method: 'POST', body });
}

async function listen(front: Front, dispatch: Dispatch): Promise<number> {
  const answer: RequestListener = (req, res) => void serve(front, { functionName: 'app' }, dispatch, req, res);
  const server = createServer({ requireHostHeader: false }, answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}
