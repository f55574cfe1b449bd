/** Connections through an HTTP proxy, by its CONNECT method (RFC 9110 9.3.6). Loaded only where there is one. */
import type { ClientRequest, Agent as HttpAgent } from 'node:http';
import { Agent } from 'node:https';
import type { Socket } from 'node:net';
import { type AgentConnectOpts, Agent as Chooser } from 'agent-base';
import { HttpsProxyAgent } from 'https-proxy-agent';
import { getProxyForUrl } from 'proxy-from-env';
import { ProxyRefusal } from './http-proxy.ts';

/** What NO_PROXY names is reached directly. Requests fail with a ProxyRefusal where the proxy does not let them through. */
export function createTunnel(proxy: string): HttpAgent {
  const tunnel = new HttpsProxyAgent(proxy);
  const direct = new Agent({ keepAlive: true });

  return new (class extends Chooser {
    override connect(req: ClientRequest, options: AgentConnectOpts): HttpAgent | Promise<Socket> {
      if (getProxyForUrl(`https://${options.host}:${options.port}`) === '') return direct;
      // Its answer would be taken for that of AWS.
      req.once('proxyConnect', ({ statusCode }: { readonly statusCode: number }) => {
        if (statusCode !== 200) req.destroy(new ProxyRefusal(statusCode));
      });
      return tunnel.connect(req, options).catch((cause: Error) => {
        throw cause.message.startsWith('Proxy connection ended') ? new ProxyRefusal(null, { cause }) : cause;
      });
    }
  })({ keepAlive: true });
}
