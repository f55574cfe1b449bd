/** Stands between the program and the platform and writes down every AWS call. Changes nothing. */
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AwsCall, readCall } from './aws-call.ts';

export interface Recorder {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** Hands out the calls since the last time, oldest first: the names of their operations. */
  take(): string[];
  /** The same, with all that they ask for. */
  takeCalls(): AwsCall[];
  close(): void;
}

/** `before` is what happens in the world before a call is passed on. */
export async function startRecorder(
  target: string,
  before: (operation: string) => Promise<void> = async () => {},
): Promise<Recorder> {
  let calls: AwsCall[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', async () => {
      const body = Buffer.concat(chunks);
      const call = readCall(req, body);
      calls.push(call);
      await before(call.operation);
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
  function takeCalls(): AwsCall[] {
    const taken = calls;
    calls = [];
    return taken;
  }

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => takeCalls().map(({ operation }) => operation),
    takeCalls,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** AWS's naming rule, kept for reads by every service used here. */
export function isRead(call: string): boolean {
  return /^(?:Get|List|Describe|Head)/.test(call);
}
