/** A GET that goes out as calls to AWS do. Node's own fetch does not know of a proxy. */
import { type Agent, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { buffer } from 'node:stream/consumers';

export interface GetOptions {
  /** For the whole answer; after it a TimeoutError is thrown. */
  readonly timeoutMs: number;
  /** For https: see `httpsAgent` in aws/http-proxy.ts. */
  readonly httpsAgent?: Agent | undefined;
}

export interface Answer {
  readonly status: number;
  readonly body: Buffer;
}

/** Redirects are answers as others are. */
export async function get(url: string, { timeoutMs, httpsAgent }: GetOptions): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = url.startsWith('https:')
        ? requestHttps(url, { signal, ...(httpsAgent && { agent: httpsAgent }) })
        : requestHttp(url, { signal });
      request.once('response', resolve).once('error', reject).end();
    });
    return { status: answer.statusCode ?? 0, body: await buffer(answer) };
  } catch (error) {
    throw signal.aborted ? signal.reason : error;
  }
}
