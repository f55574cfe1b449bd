/** `up logs` of an app that fails in every way: queries, requests, what Lambda prints, mapped stacks, cursors. */

import { join } from 'node:path';
import { CloudWatchLogsClient, DescribeLogStreamsCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { createSandbox, parseLines } from '../support/sandbox.ts';
import { until } from '../support/until.ts';

const sandbox = createSandbox();
let dir: string;
let url: string;
let endpoint: string;
let cursor: string;

const files = {
  'up.json': JSON.stringify({ name: 'pets', stages: { beta: {} } }),
  'app.ts': `
    import { createServer } from 'node:http';
    import { boom } from './src/pets.ts';
    createServer((req, res) => {
      if (req.url === '/boom') boom();
      console.log('serving', req.url);
      res.end('ok');
    }).listen(process.env.PORT);`,
  'src/pets.ts': `interface Pet {\n  name: string;\n}\n\nexport function boom(): string {\n  throw new Error('no pet');\n}\n`,
};

interface Shown {
  readonly timestamp: string;
  readonly level: string;
  readonly message: string;
  readonly fields: { readonly [name: string]: unknown };
}

async function logs(...words: string[]): Promise<Shown[]> {
  const { stdout, stderr, code } = await sandbox.up(['logs', '--local', ...words], { cwd: dir });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return parseLines(stdout);
}

beforeAll(async () => {
  ({ url: endpoint } = await sandbox.platform());
  dir = sandbox.project('pets', files);
  cursor = join(dir, 'cursor');
  const { stdout, stderr, code } = await sandbox.up(['beta', '--local', '--no-check'], { cwd: dir });
  if (code !== 0) throw new Error(stderr);
  url = stdout.trim();
  await send(url, { path: '/pets' });
  await send(url, { path: '/boom' });
  await until('the stack', async () => (await logs('no pet')).length > 0 || undefined);
});
afterAll(() => sandbox.close());

describe('a query', () => {
  test('finds what it asks for', async () => {
    const paths = async (...words: string[]) => (await logs(...words)).map(({ fields }) => fields.path);
    const asked = [paths('beta path = /pets status < 500'), paths('production'), paths('exists path', 'status >= 500')];
    expect(await Promise.all(asked)).toEqual([['/pets'], [], ['/boom']]);
  });

  test('that cannot be read ends with 2, before anybody is asked', async () => {
    const { code, stdout, stderr } = await sandbox.up(['logs', 'status >'], { cwd: dir });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('column 9');
    expect(stderr).toContain('UP_LOGS_QUERY');
  });
});

describe('a stack of a bundle', () => {
  test("shows the author's file and line", async () => {
    const [shown] = await logs('error', 'no pet');
    expect(shown?.message).toContain('at boom (src/pets.ts:6:');
    expect(shown?.message).toContain('app.ts:5:');
  });
});

describe('--request', () => {
  test('shows what was printed meanwhile too, by the beginning of the id', async () => {
    const [answered] = await logs('path = /pets');
    const id = String(answered?.fields.request_id);
    const shown = await logs('--request', id.slice(0, 12));
    expect(shown.map(({ message }) => message).sort()).toEqual(['end', 'report', 'response', 'serving /pets', 'start']);
  });

  test('says so when nobody has had that id', async () => {
    const { code, stdout, stderr } = await sandbox.up(['logs', '--local', '--request', 'abcdef'], { cwd: dir });
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('of request abcdef in this time');
  });
});

describe('a stage that is not there', () => {
  test('is an error, not an empty log', async () => {
    const { code, stdout, stderr } = await sandbox.up(['logs', '--local', '-s', 'nosuch'], { cwd: dir });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('UP_STAGE_UNKNOWN');
  });
});

describe('what Lambda prints', () => {
  test('is an error of its version and stage when something went wrong', async () => {
    const [mark] = await logs('-n', '1', 'debug');
    expect(mark).toMatchObject({ message: 'report', fields: { version: '1' } });
    const client = new CloudWatchLogsClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    });
    await client.send(new PutLogEventsCommand({ ...(await streamOf(client)), logEvents: lambdaLines() }));
    client.destroy();
    expect((await logs('beta error not response')).slice(-2)).toMatchObject([
      {
        level: 'error',
        message: 'timed out after 3 s (lambda.timeout)',
        fields: { stage: 'beta', version: '1', request_id: 'r-1', last_log: 'calling stripe' },
      },
      {
        level: 'error',
        message: expect.stringContaining('out of memory'),
        fields: { stage: 'beta', request_id: 'r-2' },
      },
    ]);
  });

  async function streamOf(client: CloudWatchLogsClient) {
    const logGroupName = '/aws/lambda/pets';
    const { logStreams = [] } = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
    return { logGroupName, logStreamName: logStreams[0]?.logStreamName };
  }

  function lambdaLines() {
    const timestamp = Date.now();
    return [
      { timestamp, message: 'START RequestId: r-1 Version: 1' },
      { timestamp, message: '{"timestamp":"t","level":"info","message":"calling stripe","fields":{}}' },
      { timestamp, message: `${new Date(timestamp).toISOString()} r-1 Task timed out after 3.00 seconds` },
      { timestamp, message: 'RequestId: r-2 Error: Runtime exited with error: signal: killed\nRuntime.ExitError' },
    ];
  }
});

describe('-n and --cursor', () => {
  test('-n shows the last that are asked for', async () => {
    expect((await logs('-n', '1', 'exists path')).map(({ fields }) => fields.path)).toEqual(['/boom']);
  });

  test('--cursor goes on where the last one ended', async () => {
    const all = await logs('--cursor', cursor);
    expect(all.length).toBeGreaterThan(0);
    expect(await logs('--cursor', cursor)).toEqual([]);
    await send(url, { path: '/later' });
    const later = await until('the new lines', async () => {
      const shown = await logs('--cursor', cursor);
      return shown.length > 0 ? shown : undefined;
    });
    expect(later.map(({ message }) => message)).not.toContain('serving /pets');
  });
});
