import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { runtimeServer } from '../../local/lambda/runtime-server.ts';
import { until } from '../support/until.ts';

const identity = { functionName: 'app', functionVersion: '1', handler: 'app.handler' };
const next = 'GET /2018-06-01/runtime/invocation/next HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n';

/** A process that asks for an event and is dead before anybody has accepted its connection. */
function askAndDie(endpoint: string): void {
  const [host, port] = endpoint.split(':');
  const program = `const socket = require('net').connect(${port}, '${host}', () => socket.write('${next}', () => process.exit()))`;
  execFileSync(process.execPath, ['-e', program]);
}

test('what a dead runtime asked for is not given to it in place of the next one', async () => {
  let asked = 0;
  const server = await runtimeServer(identity, {
    onAllWait: () => void asked++,
    onResponse() {},
    onStream() {},
    onError() {},
    onInitError() {},
  });
  try {
    askAndDie(server.endpoint);
    await server.reset();
    expect(asked).toBe(0);
    const event = fetch(`http://${server.endpoint}/2018-06-01/runtime/invocation/next`);
    await until('the next runtime to ask', () => asked > 0);
    server.deliver({
      requestId: '1',
      deadline: 0,
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:app',
      traceId: 'Root=1-0-0',
      payload: Buffer.from('"for the living"'),
    });
    expect(await (await event).json()).toBe('for the living');
    expect(asked).toBe(1);
  } finally {
    server.close();
  }
});
