/** One stack behind the three kinds of host, each a URL: buffered Lambda, streamed Lambda, `up start`. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { chunksOf } from '../../http/body.ts';
import type { Handler } from '../../http/message.ts';
import { type Dispatch, type Front, serve } from '../../local/gateway/front.ts';
import { functionUrlFront } from '../../local/gateway/function-url.ts';
import { answer } from '../../proxy/events/answer.ts';
import { preludeBytes, preludeContentType } from '../../proxy/events/prelude.ts';
import { startServer } from '../support/start-server.ts';

export interface GoldenHost {
  readonly name: 'buffered' | 'streamed' | 'start';
  readonly url: string;
  close(): void;
}

export async function openHosts(handler: Handler, stage: string): Promise<GoldenHost[]> {
  return [
    await open('buffered', lambdaServer(handler, stage, false)),
    await open('streamed', lambdaServer(handler, stage, true)),
    await open('start', startServer({ handler, stage, timeout: 10 })),
  ];
}

async function open(name: GoldenHost['name'], server: Server): Promise<GoldenHost> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { name, url, close: () => server.close().closeAllConnections() };
}

/** A Function URL's front door, behind which the function is this process. */
function lambdaServer(handler: Handler, stage: string, streams: boolean): Server {
  const front: Front = functionUrlFront({ urlId: 'golden', invokeMode: streams ? 'RESPONSE_STREAM' : 'BUFFERED' });
  const target = { functionName: 'golden' };
  return createServer((req, res) => void serve(front, target, dispatchTo(handler, stage, streams), req, res));
}

function dispatchTo(handler: Handler, stage: string, stream: boolean): Dispatch {
  return async (_target, payload) => {
    const event: unknown = JSON.parse(Buffer.from(payload).toString());
    const invocation = { requestId: 'golden-1', stage, deadline: Date.now() + 10_000, cold: false };
    const events = { path: '', events_path: '/events', error_statuses: [] };
    const result = await answer(event, invocation, { handler, events, stream, onRefusal() {} });
    const common = { requestId: 'golden-1', coldStart: false, logged: Promise.resolve('') };
    if (result.kind === 'whole') return { ...common, payload: Buffer.from(result.json()) };
    const body = new PassThrough();
    body.write(preludeBytes(result.prelude));
    Readable.from(chunksOf(result.body)).pipe(body);
    const ended = once(body, 'end').then(() => null);
    return { ...common, payload: Buffer.alloc(0), stream: { contentType: preludeContentType, body, ended } };
  };
}
