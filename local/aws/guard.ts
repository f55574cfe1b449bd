/**
 * Refuses requests from web pages. The endpoint runs code and shows environment variables, and a page in the user's
 * browser can reach loopback ports; its requests carry `Origin`, or a host name that its owner has pointed at this
 * machine.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';

/** Whether a request may come from a web page. */
export function isFromWebPage({ origin, host }: Pick<IncomingHttpHeaders, 'origin' | 'host'>): boolean {
  return origin !== undefined || (host !== undefined && !isOwnName(toHostName(host)));
}

function toHostName(host: string): string {
  return host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
}

/**
 * Host names that nobody else can point at this machine: addresses, `localhost` (RFC 6761), and the name that
 * containers have for their host.
 */
function isOwnName(name: string): boolean {
  if (isIP(name) !== 0) return true;
  return name === 'localhost' || name.endsWith('.localhost') || name === 'host.docker.internal';
}
