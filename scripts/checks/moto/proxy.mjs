/**
 * What stands before moto: it forwards everything, tells which calls were made, and puts right what moto answers unlike
 * AWS, which it names.
 */
import { createServer, request } from 'node:http';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { importTypeScript } from '../../typescript.mjs';
import { root } from '../project.mjs';

/**
 * A proxy of its own for each who calls: `{ url, calls, failure }`, calls being `{ operation, status, amended }` in their
 * order, `failure` what went wrong in the proxy itself.
 * `differences` are those of differences.mjs; each counts in `met` how often moto was put right. Answers are late by
 * `lagMs`.
 */
export async function startProxy(check, moto, differences, { lagMs = 0 } = {}) {
  const { readCall } = await importTypeScript(join(root, 'test/support/aws-call.ts'));
  const calls = [];
  const proxy = { url: '', calls, failure: null };
  const server = createServer((req, res) => {
    answer(req, res).catch((error) => {
      proxy.failure = error;
      res.destroy();
    });
  });

  async function answer(req, res) {
    const body = await buffer(req);
    if (lagMs > 0) await sleep(lagMs);
    const call = { ...readCall(req, body), path: req.url };
    const own = await differences.serve(call);
    if (own) return void res.writeHead(200, own.headers).end(own.body);
    const motos = await forward(moto.port, req, body);
    const amended = await differences.amend(call, motos, proxy);
    const { status, headers, body: content } = amended ?? motos;
    calls.push({ operation: call.operation, status, amended: amended !== null });
    res.writeHead(status, headers).end(content);
  }

  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  check.onEnd(async () => server.close().closeAllConnections());
  proxy.url = `http://127.0.0.1:${server.address().port}`;
  return proxy;
}

function forward(port, { method, url: path, headers }, body) {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, async (answer) => {
      resolve({ status: answer.statusCode, headers: answer.headers, body: await buffer(answer) });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
