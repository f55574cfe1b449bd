/** Lambda's Runtime API as one environment sees it: hands events out one at a time and takes the results. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

export interface RuntimeApi {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly endpoint: string;
  /** The result as it was posted, or what a stream says of itself; rejects with what was posted as an error. */
  invoke(event: unknown, timeout: number): Promise<unknown>;
  close(): void;
}

interface Invocation {
  readonly id: string;
  readonly event: string;
  readonly deadline: number;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const queue: Invocation[] = [];
  const running = new Map<string, Invocation>();
  let waiting: ServerResponse | null = null;

  function handOut(): void {
    const next = waiting && queue.shift();
    if (!next || !waiting) return;
    running.set(next.id, next);
    waiting.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': next.deadline,
      'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:123456789012:function:conformance',
      'lambda-runtime-trace-id': 'Root=1-65f00000-000000000000000000000009;Sampled=0',
    });
    waiting.end(next.event);
    waiting = null;
  }

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [, id = '', kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(req.url ?? '') ?? [];
    const body = await buffer(req);
    const invocation = running.get(id);
    running.delete(id);
    res.writeHead(invocation ? 202 : 400, { 'content-type': 'application/json' }).end('{}');
    if (kind !== 'response') return invocation?.reject(new Error(`the runtime reported: ${body}`));
    const streamed = req.headers['lambda-runtime-function-response-mode'] === 'streaming';
    invocation?.resolve(streamed ? readStream(body) : JSON.parse(body.toString('utf8')));
  }

  const server = createServer((req, res) => {
    if (!req.url?.endsWith('/invocation/next')) return void take(req, res);
    waiting = res;
    handOut();
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event, timeout) =>
      new Promise((resolve, reject) => {
        const deadline = Date.now() + timeout;
        queue.push({ id: randomUUID(), event: JSON.stringify(event), deadline, resolve, reject });
        handOut();
      }),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A prelude of JSON, eight NUL bytes, the body: as the result it would be if it were none. */
function readStream(bytes: Buffer): object {
  const end = bytes.indexOf(Buffer.alloc(8));
  if (end === -1) throw new Error(`no prelude in ${bytes.subarray(0, 200)}`);
  const body = bytes.subarray(end + 8).toString('base64');
  return { ...JSON.parse(bytes.toString('utf8', 0, end)), body, isBase64Encoded: true };
}
