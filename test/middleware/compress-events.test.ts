/** Server-sent events through the coding of every client, over a wire. */
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Transform } from 'node:stream';
import zlib from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { type Coding, codings } from '../../http/coding.ts';
import { stack } from '../../middleware/stack.ts';
import { until } from '../proxy/apps.ts';
import { httpApp, noFeatures, relayTo, silent } from '../proxy/wire.ts';
import { startServer } from '../support/start-server.ts';

const features = { ...noFeatures, compress: { disable: false, min_size: 512, types: ['text/*'], except: [] } };

/** `as`: the types are those of Node 20, which has no zstd. */
const { createZstdDecompress } = zlib as typeof zlib & { createZstdDecompress?: () => Transform };

function decoder(coding: Coding): Transform {
  if (coding === 'gzip') return zlib.createGunzip();
  if (coding === 'br') return zlib.createBrotliDecompress();
  if (createZstdDecompress) return createZstdDecompress();
  throw new Error('this Node has no zstd');
}

/** An app that writes when it is told to, behind the proxy. */
async function stream(coding: Coding) {
  let ofApp: ServerResponse | undefined;
  const app = await httpApp((_req, res) => {
    ofApp = res.writeHead(200, { 'content-type': 'text/event-stream' });
    ofApp.write('data: one\n\n');
  });
  onTestFinished(() => app.close());
  const server = startServer({
    handler: await stack({ log: silent, features, dir: '/nowhere' }, relayTo(app.port)),
    stage: 'staging',
    timeout: 10,
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const sent = get({ port, host: '127.0.0.1', headers: { 'accept-encoding': coding }, agent: false });
  const [res] = (await once(sent, 'response')) as [IncomingMessage];
  let text = '';
  res.pipe(decoder(coding)).on('data', (chunk: Buffer) => {
    text += chunk.toString();
  });
  return { res, app: () => ofApp as ServerResponse, text: () => text };
}

test.each(codings())('the first event is read before the app writes the second: %s', async (coding) => {
  const { res, app, text } = await stream(coding);
  expect(res.headers['content-encoding']).toBe(coding);
  await until('the first event', () => text() === 'data: one\n\n');
  app().write('data: two\n\n');
  await until('the second event', () => text() === 'data: one\n\ndata: two\n\n');
  app().end('data: three\n\n');
  await until('the last event', () => text().endsWith('data: three\n\n'));
});

test.each(codings())('a client that leaves ends the stream of the app: %s', async (coding) => {
  const { res, app, text } = await stream(coding);
  await until('the first event', () => text() !== '');
  res.destroy();
  await until('the app to be told', () => app().destroyed);
});
