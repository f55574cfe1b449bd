/** Which service a request is for: by the scope of its signature, and without one by the marks of each wire format. */

import { toForm } from './wire/query.ts';
import type { WireRequest } from './wire/wire.ts';

export interface Scope {
  readonly region: string;
  /** The name the service signs with, `apigateway` for API Gateway v2. */
  readonly service: string;
}

/**
 * The credential scope of a signed request; null without one. Only the header counts: a web page can send any query to
 * this port, but not this header.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function readScope({ headers }: Pick<WireRequest, 'headers'>): Scope | null {
  const credential = /Credential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1];
  const parts = credential?.split('/') ?? [];
  // SigV4A has no region in its scope.
  const [region, service] = parts.length > 4 ? parts.slice(-3) : ['', parts.at(-2)];
  return service ? { region: region ?? '', service } : null;
}

/** The service by X-Amz-Target, path or Action; null when the request does not look like an AWS call. */
export function guessService(req: WireRequest): string | null {
  const target = req.headers['x-amz-target'];
  if (typeof target === 'string') return serviceOfTarget(target.replace(/[_.].*/, ''));
  if (req.path.startsWith('/v2/')) return 'apigateway';
  if (req.path.startsWith('/2013-04-01/')) return 'route53';
  if (/^\/20\d\d-\d\d-\d\d\//.test(req.path)) return 'lambda';
  if (/^\/schedule(?:s|-groups)(?:\/|$)/.test(req.path)) return 'scheduler';
  const form = req.path === '/' ? toForm(req) : new URLSearchParams();
  if (!form.has('Action')) return null;
  // The link in the mail that confirms a subscription names no version.
  if (form.get('Action') === 'ConfirmSubscription') return 'sns';
  return versions.get(form.get('Version') ?? '') ?? 'sts';
}

/** Services of forms tell themselves apart by the version of their API. */
const versions: ReadonlyMap<string, string> = new Map([
  ['2010-05-08', 'iam'],
  ['2010-03-31', 'sns'],
]);

/** Some services have one name in X-Amz-Target and sign with another. */
const targetNames: ReadonlyMap<string, string> = new Map([
  ['CertificateManager', 'acm'],
  ['Logs', 'logs'],
  ['GraniteServiceVersion20100801', 'monitoring'],
]);

function serviceOfTarget(prefix: string): string {
  return targetNames.get(prefix) ?? prefix;
}
