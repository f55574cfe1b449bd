/**
 * `cors`: the CORS protocol of https://fetch.spec.whatwg.org/#http-cors-protocol. Preflights are answered here and never
 * reach the app; every other answer gets the fields of the policy in place of any of its own, so that there is one word
 * on who may read it. It never echoes an origin that is not allowed.
 */
import type { ProxyStage } from '../config/types.ts';
import { type Header, type Headers, isHeaderName } from '../http/headers.ts';
import type { HttpRequest, HttpResponse, Middleware } from '../http/message.ts';
import { addVary } from '../http/vary.ts';

export type CorsConfig = NonNullable<ProxyStage['cors']>;

interface Policy {
  readonly allows: (origin: string) => boolean;
  readonly anyOrigin: boolean;
  readonly methods: ReadonlySet<string>;
  readonly allowsHeader: (name: string) => boolean;
  readonly privateNetwork: boolean;
  /** The fields of an actual answer, and of a preflight, that are the same for all who are let in. */
  readonly fixed: Headers;
  readonly fixedPreflight: Headers;
  readonly vary: readonly string[];
  readonly varyPreflight: readonly string[];
}

export function cors(config: CorsConfig | undefined): Middleware | null {
  if (!config?.enable) return null;
  const policy = compilePolicy(config);
  return async function cors(req, next) {
    if (isPreflight(req)) return answerPreflight(policy, req);
    const res = await next(req);
    const own = res.headers.filter(([name]) => !ours.test(name));
    return { ...res, headers: addVary([...own, ...grants(policy, req)], policy.vary) };
  };
}

/** The response fields of the protocol. */
const ours = /^access-control-(?:allow-.+|expose-headers|max-age)$/;

function compilePolicy(config: CorsConfig): Policy {
  const anyOrigin = config.allowed_origins.includes('*');
  const headers = new Set(config.allowed_headers.map((name) => name.toLowerCase()));
  const credentials: Headers = config.allow_credentials ? [['access-control-allow-credentials', 'true']] : [];
  const exposed: Headers = config.exposed_headers.length
    ? [['access-control-expose-headers', config.exposed_headers.join(', ')]]
    : [];
  // With one answer for all origins, none of them changes it.
  const vary = anyOrigin ? [] : ['Origin'];
  return {
    anyOrigin,
    allows: compileOrigins(config.allowed_origins),
    methods: new Set(config.allowed_methods),
    allowsHeader: headers.has('*') ? () => true : (name) => headers.has(name),
    privateNetwork: config.private_network,
    fixed: [...credentials, ...exposed],
    fixedPreflight: [...credentials, ...maxAge(config.max_age)],
    vary,
    varyPreflight: [
      ...vary,
      'Access-Control-Request-Method',
      'Access-Control-Request-Headers',
      ...(config.private_network ? ['Access-Control-Request-Private-Network'] : []),
    ],
  };
}

/** 0 leaves it to the browser, so no field is sent; below 0, the field is 0, which means "do not cache". */
function maxAge(seconds: number): Headers {
  return seconds === 0 ? [] : [['access-control-max-age', String(Math.max(0, seconds))]];
}

function compileOrigins(allowed: readonly string[]): Policy['allows'] {
  const exact = new Set(allowed.filter((origin) => !origin.includes('*')));
  const below = allowed.filter((origin) => origin.includes('://*.')).map((origin) => origin.split('*', 2));
  return (origin) => exact.has(origin) || below.some(([before = '', after = '']) => isBelow(origin, before, after));
}

/** https://datatracker.ietf.org/doc/html/rfc1035#section-2.3.4, with a scheme and a port. */
const maxOriginLength = 300;

function isBelow(origin: string, before: string, after: string): boolean {
  if (origin.length > maxOriginLength || !origin.startsWith(before) || !origin.endsWith(after)) return false;
  return /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(origin.slice(before.length, -after.length));
}

function isPreflight({ method, headers }: HttpRequest): boolean {
  if (method !== 'OPTIONS') return false;
  return valuesOf(headers, 'origin').length > 0 && valuesOf(headers, 'access-control-request-method').length > 0;
}

/** Always 204: a browser looks for the grants, and not at the status. */
function answerPreflight(policy: Policy, req: HttpRequest): HttpResponse {
  return { status: 204, headers: addVary(preflightGrants(policy, req), policy.varyPreflight), body: null };
}

/** All that was asked for, or nothing. */
function preflightGrants(policy: Policy, { headers }: HttpRequest): Headers {
  const origin = allowedOrigin(policy, headers);
  const method = onlyValue(headers, 'access-control-request-method');
  const names = requestedNames(headers);
  if (origin === null || method === null || !policy.methods.has(method)) return [];
  if (!names?.every(policy.allowsHeader)) return [];
  const privately = policy.privateNetwork && onlyValue(headers, 'access-control-request-private-network') === 'true';
  return [
    origin,
    ['access-control-allow-methods', method],
    ...(names.length > 0 ? [['access-control-allow-headers', names.join(', ')] as const] : []),
    ...(privately ? [['access-control-allow-private-network', 'true'] as const] : []),
    ...policy.fixedPreflight,
  ];
}

function grants(policy: Policy, { method, headers }: HttpRequest): Headers {
  const origin = allowedOrigin(policy, headers);
  if (origin === null || !policy.methods.has(method)) return [];
  return [origin, ...policy.fixed];
}

function allowedOrigin(policy: Policy, headers: Headers): Header | null {
  // Also without an origin: a cache may serve this answer to a request that has one.
  if (policy.anyOrigin) return ['access-control-allow-origin', '*'];
  const origin = onlyValue(headers, 'origin');
  return origin !== null && policy.allows(origin) ? ['access-control-allow-origin', origin] : null;
}

/** More than a browser sends for any page, and less than is work to read. */
const maxRequestedLength = 2048;

/** The names in Access-Control-Request-Headers, lower case; null for what is no list of names. */
function requestedNames(headers: Headers): string[] | null {
  // Some proxies split the field.
  const list = valuesOf(headers, 'access-control-request-headers').join(',');
  if (list === '') return [];
  if (list.length > maxRequestedLength) return null;
  const names = list.split(',').map((name) => name.trim().toLowerCase());
  return names.every(isHeaderName) ? names : null;
}

function onlyValue(headers: Headers, name: string): string | null {
  const [value, ...more] = valuesOf(headers, name);
  return value === undefined || more.length > 0 ? null : value;
}

function valuesOf(headers: Headers, name: string): string[] {
  return headers.filter(([key, value]) => key === name && value !== '').map(([, value]) => value);
}
