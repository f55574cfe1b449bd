/**
 * Calls to AWS through the HTTP proxy of a network that lets nobody out otherwise, as the AWS CLI makes them: HTTPS_PROXY
 * names it, NO_PROXY the hosts that are reached without. The SDK itself heeds neither.
 * https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-proxy.html
 */
import type { Agent } from 'node:http';
import { UpError } from '../errors.ts';

const names = ['https_proxy', 'HTTPS_PROXY'];

export interface HttpProxy {
  /** The variable that names it. */
  readonly name: string;
  readonly url: string;
}

/** The proxy lets a call not through; the message says what it did. */
export class ProxyRefusal extends Error {
  override name = 'ProxyRefusal';
  /** Of its answer to CONNECT; null where it hung up. */
  readonly status: number | null;

  constructor(status: number | null, options?: ErrorOptions) {
    super(status === null ? 'hangs up' : `answers ${status}`, options);
    this.status = status;
  }
}

/** Null where calls go out directly. */
export function httpProxyOf(env: NodeJS.ProcessEnv): HttpProxy | null {
  const name = names.find((one) => env[one]);
  return name === undefined ? null : { name, url: withProtocol(env[name] ?? '') };
}

/** `proxy.example:3128` is a common way to write it. */
function withProtocol(address: string): string {
  return address.includes('://') ? address : `http://${address}`;
}

/** Without a password, for messages. */
export function describeProxy({ name, url }: HttpProxy): string {
  return `${new URL(url).host} (${name})`;
}

/** SOCKS is another protocol. */
export function isProxy({ url }: HttpProxy): boolean {
  return /^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '');
}

/**
 * For the HTTPS calls of every client; undefined where there is no proxy. What is reached without it goes out directly.
 * Throws UP_USAGE.
 */
export async function httpsAgent(env: NodeJS.ProcessEnv): Promise<Agent | undefined> {
  const proxy = httpProxyOf(env);
  if (proxy === null) return undefined;
  if (!isProxy(proxy))
    throw new UpError('UP_USAGE', `${proxy.name} does not name an http:// or https:// proxy`, {
      hint: `${proxy.name}=http://HOST:PORT`,
    });
  const { createTunnel } = await import('./tunnel.ts');
  return createTunnel(proxy.url);
}
