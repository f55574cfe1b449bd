/** The three configurations that are attacked, and what each of them allows: written down here, not asked of the code. */
import { resolveStage } from '../../config/index.ts';
import { hashPassword } from '../../http/password.ts';
import type { Features } from '../../middleware/stack.ts';
import { parse } from '../config/parse.ts';
import { ofTheApp } from './app.ts';
import { right } from './kinds/credentials.ts';

export interface Config {
  readonly name: string;
  readonly features: Features;
  /** Origins that a rule names, as they stand before the path of a `Location`. */
  readonly locations: readonly string[];
  /** Which `Access-Control-Allow-Origin` an origin may get; null: none. */
  allowsOrigin(sent: string | null): string | null;
  /** Files beside `public` are as secret as those outside of the app. */
  readonly onlyPublic: boolean;
  /** Whom it lets in. */
  readonly lets: 'everybody' | 'with a password' | 'nobody';
}

/** Each list holds the variants of one configuration; payloads take turns. */
export async function readConfigs(): Promise<readonly (readonly Config[])[]> {
  const users = { [right.user]: await hashPassword(right.password, { N: 1024, r: 1, p: 1 }) };
  return [[site], [app], [everything({}), everything({ users }), everything({ users }), everything({ closed: true })]];
}

function featuresOf(config: object): Features {
  return resolveStage(parse(config).config, 'staging');
}

const site: Config = {
  name: 'a site',
  features: featuresOf({
    type: 'static',
    static: { fallback: 'index.html' },
    headers: {
      '/*': { 'X-Frame-Options': 'DENY', Vary: 'X-A' },
      '/docs/*': { Link: ['</style.css>; rel=preload', '</a>'], 'Cache-Control': 'max-age=60' },
      '*.css': { 'X-Css': 'yes' },
    },
    cors: {
      allowed_origins: ['https://app.example', 'https://*.shop.example', 'http://localhost:3000'],
      allowed_methods: ['GET', 'HEAD', 'POST'],
      allowed_headers: ['Content-Type', 'X-Requested-With'],
      exposed_headers: ['X-Total'],
      allow_credentials: true,
      max_age: 600,
    },
  }),
  locations: [],
  allowsOrigin: (sent) => (sent !== null && isOfTheShop(sent) ? sent : null),
  onlyPublic: false,
  lets: 'everybody',
};

function isOfTheShop(origin: string): boolean {
  if (origin === 'https://app.example' || origin === 'http://localhost:3000') return true;
  const [protocol, rest = '', ...more] = origin.split('://');
  const labels = rest.split('.');
  const isBelow = labels.length > 2 && labels.slice(-2).join('.') === 'shop.example';
  return protocol === 'https' && more.length === 0 && isBelow && labels.every((label) => /^[a-z0-9_-]+$/.test(label));
}

const redirects = {
  '/old': { location: '/new', status: 301 },
  '/any/*': { location: '/:splat', status: 302 },
  '/go/:where': { location: '/:where', status: 303 },
  '/q/:name': { location: '/find?name=:name#:name', status: 307 },
  '/ext/*': { location: 'https://target.example/:splat', status: 301 },
  '/ext-name/:name': { location: 'https://names.example:8443/u/:name?n=:name', status: 308 },
  '/bare/*': { location: 'https://bare.example', status: 302 },
  '/glob*.php': { location: '/:splat', status: 302 },
  '*.asp': { location: 'http://asp.example/:splat', status: 302 },
  '/inside/*': { location: '/inner/:splat', status: 200, force: true },
  '/item/:id': { location: '/items/:id/view', status: 200, force: true },
  '/soft/*': { location: '/softly/:splat', status: 200 },
  '/spa/*': { location: '/spa.html', status: 200 },
};

/** What a rewrite may make of a path, whatever it is filled with. */
export const rewritten = /^\/(?:inner(?:\/.*)?|items\/[^/]+\/view|softly(?:\/.*)?|spa\.html)$/s;

const absolute = [
  'https://target.example/',
  'https://names.example:8443/u/',
  'https://bare.example',
  'http://asp.example/',
];

const injected = {
  head: [{ type: 'script', value: '/app.js' }],
  body: [{ type: 'inline script', value: 'console.log(1)' }],
};

const app: Config = {
  name: 'an app',
  features: featuresOf({
    static: { dir: 'public' },
    redirects,
    error_pages: { enable: true, dir: 'errors' },
    inject: injected,
  }),
  locations: absolute,
  // Without `cors` it is the app that grants.
  allowsOrigin: () => ofTheApp,
  onlyPublic: true,
  lets: 'everybody',
};

function everything({ users, closed = false }: { users?: Record<string, string>; closed?: boolean }): Config {
  return {
    name: closed ? 'everything, closed' : users ? 'everything, with a password' : 'everything',
    features: featuresOf({
      static: { dir: 'public', prefix: '/assets' },
      redirects,
      error_pages: { enable: true, variables: { color: '#f06', name: 'us' } },
      inject: injected,
      cors: {
        allowed_origins: ['*'],
        allowed_methods: ['GET', 'POST', 'DELETE'],
        allowed_headers: ['*'],
        private_network: true,
      },
      headers: {
        '/*': { 'X-Content-Type-Options': 'nosniff', 'Set-Cookie': ['a=1', 'b=2'] },
        '/page': { 'X-Page': 'yes' },
      },
      compress: { types: ['*/*'], min_size: 64 },
      server_timing: true,
      powered_by: true,
      robots: false,
      ...(users && { basic_auth: { users, realm: 'The "shop"' } }),
      maintenance: { enable: closed, page: 'maintenance.html' },
    }),
    locations: absolute,
    allowsOrigin: () => '*',
    onlyPublic: true,
    lets: closed ? 'nobody' : users ? 'with a password' : 'everybody',
  };
}
