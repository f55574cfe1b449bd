/** Stands between the program and the platform and writes down every AWS call by its name. Changes nothing. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Recorder {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Hands out the calls since the last time, oldest first. */
  take(): string[];
  close(): void;
}

export async function startRecorder(target: string): Promise<Recorder> {
  let calls: string[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks);
      calls.push(nameOf(req.method ?? '', req.url ?? '', String(req.headers['x-amz-target'] ?? ''), body));
      const { hostname, port } = new URL(target);
      const passed = request({ hostname, port, method: req.method, path: req.url, headers: req.headers }, (answer) => {
        res.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(res);
      });
      passed.once('error', () => res.destroy());
      passed.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take() {
      const taken = calls;
      calls = [];
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** AWS's naming rule, kept for reads by every service used here. */
export function isRead(call: string): boolean {
  return /^(?:Get|List|Describe)/.test(call);
}

/** REST services name an operation by method and path; https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html */
const rest: readonly (readonly [method: string, path: RegExp, name: string])[] = [
  ['POST', /^\/2015-03-31\/functions\/?$/, 'CreateFunction'],
  ['GET', /^\/2015-03-31\/functions\/[^/]+$/, 'GetFunction'],
  ['GET', /\/functions\/[^/]+\/configuration$/, 'GetFunctionConfiguration'],
  ['PUT', /\/functions\/[^/]+\/configuration$/, 'UpdateFunctionConfiguration'],
  ['PUT', /\/functions\/[^/]+\/code$/, 'UpdateFunctionCode'],
  ['POST', /\/functions\/[^/]+\/versions$/, 'PublishVersion'],
  ['POST', /\/functions\/[^/]+\/aliases$/, 'CreateAlias'],
  ['GET', /\/functions\/[^/]+\/aliases\/[^/]+$/, 'GetAlias'],
  ['PUT', /\/functions\/[^/]+\/aliases\/[^/]+$/, 'UpdateAlias'],
  ['GET', /\/functions\/[^/]+\/policy$/, 'GetPolicy'],
  ['POST', /\/functions\/[^/]+\/policy$/, 'AddPermission'],
  ['POST', /\/functions\/[^/]+\/invocations$/, 'Invoke'],
  ['GET', /^\/v2\/apis$/, 'GetApis'],
  ['POST', /^\/v2\/apis$/, 'CreateApi'],
  ['GET', /^\/v2\/apis\/[^/]+\/integrations$/, 'GetIntegrations'],
  ['POST', /^\/v2\/apis\/[^/]+\/integrations$/, 'CreateIntegration'],
  ['GET', /^\/v2\/apis\/[^/]+\/routes$/, 'GetRoutes'],
  ['POST', /^\/v2\/apis\/[^/]+\/routes$/, 'CreateRoute'],
  ['GET', /^\/v2\/apis\/[^/]+\/stages$/, 'GetStages'],
  ['POST', /^\/v2\/apis\/[^/]+\/stages$/, 'CreateStage'],
];

/** A call this table lacks counts as a change, under its method and path. */
export function nameOf(method: string, url: string, target: string, body: Buffer): string {
  if (target !== '') return target.split('.').at(-1) ?? '';
  const path = url.split('?')[0] ?? '';
  const form = path === '/' ? new URLSearchParams(body.toString()).get('Action') : null;
  return form ?? rest.find(([verb, pattern]) => verb === method && pattern.test(path))?.[2] ?? `${method} ${path}`;
}
