/** The stacks that are compared, around a handler that does nothing. */
import { parseConfig, resolveStage } from '../config/index.ts';
import { compose, type Handler, type HttpRequest } from '../http/message.ts';
import { hashPassword } from '../http/password.ts';
import { errors } from '../middleware/errors.ts';
import { logs } from '../middleware/logs.ts';
import { stack } from '../middleware/stack.ts';
import { createLog } from '../proxy/log.ts';

/** What has to be said so that nothing is on. */
const off = { name: 'bench', compress: { disable: true }, robots: true };

/** What most apps have: a log, compression, fields and cross-origin requests. */
const common = {
  ...off,
  compress: {},
  robots: false,
  headers: { '/*': { 'X-Content-Type-Options': 'nosniff' }, '/api/*': { 'Cache-Control': 'no-store' } },
  cors: { allowed_origins: ['https://front.example', 'https://*.shop.example'], allow_credentials: true },
};

/** Every feature there is, each with something to look at. The request passes all of them and reaches the app. */
const all = {
  ...common,
  powered_by: true,
  compress: { except: ['/account/*'] },
  server_timing: true,
  logs: { metrics: true, redact: ['iban'] },
  redirects: {
    '/old/:name': { location: '/new/:name', status: 301 },
    '/blog/*': { location: '/news/:splat', status: 302 },
  },
  error_pages: { enable: true },
  inject: { head: [{ type: 'style', value: '/extra.css' }] },
  static: { dir: 'examples', prefix: '/assets' },
  basic_auth: { users: { ada: await hashPassword('a secret') } },
};

/** Records are made and written, to nowhere. */
const { log } = createLog({
  identity: { app: 'bench', stage: 'production', version: '1', commit: 'abc' },
  level: 'info',
  destination: { write() {} },
});

const body = Buffer.from(JSON.stringify({ tea: 'green', leaves: 'x'.repeat(75) }));

const nothing: Handler = async () => ({
  status: 200,
  headers: [
    ['content-type', 'application/json; charset=utf-8'],
    ['content-length', String(body.length)],
    ['etag', 'W/"64-abc"'],
  ],
  body,
});

function stackOf(config: object): Promise<Handler> {
  const parsed = parseConfig(JSON.stringify(config), { file: 'up.json' }).config;
  return stack({ log, features: resolveStage(parsed, 'production'), dir: process.cwd() }, nothing);
}

export const stacks: Readonly<Record<'nothing' | 'minimal' | 'off' | 'common' | 'all', Handler>> = {
  nothing,
  minimal: compose([logs({ config: { disable: false }, log }), errors(log), errors(log)], nothing),
  off: await stackOf(off),
  common: await stackOf(common),
  all: await stackOf(all),
};

/** A request as a browser sends it. Each has a context of its own, as on a host. */
export function request(): HttpRequest {
  return {
    method: 'GET',
    target: '/api/products?page=2',
    headers: [
      ['host', 'shop.example'],
      ['accept', 'application/json, text/plain, */*'],
      ['accept-encoding', 'gzip, deflate, br, zstd'],
      ['accept-language', 'en'],
      ['authorization', `Basic ${Buffer.from('ada:a secret').toString('base64')}`],
      ['origin', 'https://front.example'],
      ['user-agent', 'bench'],
    ],
    body: null,
    context: {
      requestId: 'bench-1',
      clientIp: '192.0.2.1',
      stage: 'production',
      deadline: Date.now() + 30_000,
      cold: false,
      platform: {},
      scheme: 'https',
      whole: true,
    },
  };
}
