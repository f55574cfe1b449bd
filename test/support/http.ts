/** An HTTP client that changes nothing: the path, the order and the repeats of fields go out and come back as they are. */
import { request } from 'node:http';

export type Fields = readonly (readonly [name: string, value: string])[];

export interface Sent {
  readonly method?: string;
  /** Origin form, sent byte for byte. */
  readonly path?: string;
  /** A `host` of the target is added when there is none. Values are byte strings. */
  readonly headers?: Fields;
  readonly body?: Uint8Array | string;
}

export interface Answer {
  readonly status: number;
  /** Names in lower case, in the order of the wire. */
  readonly headers: Fields;
  readonly body: Buffer;
  readonly text: string;
}

const timeoutMs = 20_000;

export function send(base: string, { method = 'GET', path = '/', headers = [], body }: Sent = {}): Promise<Answer> {
  const { hostname, port, host } = new URL(base);
  const bytes = body === undefined ? undefined : Buffer.from(body);
  const fields = [
    ...(has(headers, 'host') ? [] : [['host', host] as const]),
    ...headers,
    ...(bytes && !has(headers, 'content-length') ? [['content-length', String(bytes.length)] as const] : []),
  ];
  return new Promise((resolve, reject) => {
    const req = request({ hostname, port, method, path, headers: fields.flat(), agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on('data', (chunk: Buffer) => chunks.push(chunk));
      res.once('error', reject);
      res.once('end', () => {
        const content = Buffer.concat(chunks);
        resolve({
          status: res.statusCode ?? 0,
          headers: pairs(res.rawHeaders),
          body: content,
          text: content.toString('utf8'),
        });
      });
    });
    req.setTimeout(timeoutMs, () => req.destroy(new Error(`no answer to ${method} ${path} in ${timeoutMs} ms`)));
    req.once('error', reject);
    req.end(bytes);
  });
}

/** The values of one field, in order. */
export function valuesOf(headers: Fields, name: string): string[] {
  return headers.filter(([key]) => key === name).map(([, value]) => value);
}

function has(headers: Fields, name: string): boolean {
  return headers.some(([key]) => key.toLowerCase() === name);
}

/** node:http's flat list as pairs with names in lower case. */
export function pairs(raw: readonly string[]): Fields {
  const fields: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) fields.push([(raw[i] ?? '').toLowerCase(), raw[i + 1] ?? '']);
  return fields;
}
