/** Apps that do not read what they are sent, say more than they are asked, or never stop. */
import { describe, expect, test } from 'vitest';
import { HttpError } from '../../../http/error.ts';
import { bytesOf, request } from '../apps.ts';
import { httpApp, rawApp, relayTo } from '../wire.ts';

describe('an app that answers before it has read the request, and closes', () => {
  test('has its answer delivered, every time', async () => {
    const app = await httpApp((_req, res) => {
      res.writeHead(413, { connection: 'close' });
      res.end('too big');
    });
    const handler = relayTo(app.port);
    const body = Buffer.alloc(5_000_000);
    const answers: string[] = [];
    for (let times = 0; times < 30; times++) {
      const res = await handler(request('/', { method: 'POST', body }));
      answers.push(`${res.status} ${bytesOf(res)}`);
    }
    await app.close();
    expect(new Set(answers)).toEqual(new Set(['413 too big']));
  });
});

describe('an app that does not read a body', () => {
  test('does not take it for the next request', async () => {
    const answer = (text: string) => `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${text}`;
    const app = await rawApp((socket) => {
      let received = '';
      // Reads heads only, one after the other, wherever they come from.
      socket.on('data', (chunk) => {
        received += chunk.toString('latin1');
        for (let end = received.indexOf('\r\n\r\n'); end !== -1; end = received.indexOf('\r\n\r\n')) {
          socket.write(answer(received.slice(0, end).split(' ')[1] ?? ''));
          received = received.slice(end + 4);
        }
      });
    });
    const handler = relayTo(app.port);
    const smuggled = Buffer.from('GET /evil HTTP/1.1\r\nhost: evil\r\n\r\n');
    for (let times = 0; times < 10; times++) {
      expect(bytesOf(await handler(request('/post', { method: 'POST', body: smuggled }))).toString()).toBe('/post');
      expect(bytesOf(await handler(request('/victim'))).toString()).toBe('/victim');
    }
    await app.close();
  });
});

describe('an app that writes on and on', () => {
  test('is refused beyond what any front door takes, without keeping it all', async () => {
    const app = await httpApp((_req, res) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const more = () => {
        while (!res.destroyed && res.write(chunk));
        if (!res.destroyed) res.once('drain', more);
      };
      more();
    });
    const outcome = await relayTo(app.port)(request('/')).catch((error: unknown) => error);
    await app.close();
    expect(outcome).toBeInstanceOf(HttpError);
    expect(outcome).toMatchObject({ status: 413, code: 'UP_RESPONSE_TOO_LARGE' });
  });
});
