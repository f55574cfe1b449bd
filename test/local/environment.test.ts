/** Execution environments by themselves, around a runtime process that is no runtime. */
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { type Environment, startEnvironment } from '../../local/lambda/environment.ts';
import { findProcesses, hasProc } from '../support/processes.ts';
import { until } from '../support/until.ts';

function start(script: string, mark: string): Promise<Environment> {
  return startEnvironment(
    {
      functionName: 'hello',
      functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:hello',
      version: '$LATEST',
      handler: 'none',
      timeout: 3,
      memorySize: 512,
      logGroup: '/aws/lambda/hello',
      codeDir: tmpdir(),
      command: (_endpoint, logStream) => ({
        file: '/bin/sh',
        args: ['-c', script],
        env: { PATH: process.env.PATH ?? '', AWS_LAMBDA_LOG_STREAM_NAME: logStream, MARK: mark },
      }),
    },
    () => {},
    { onSettled: () => {} },
  );
}

test.runIf(hasProc)('a daemon whose parent is gone ends with its environment', async () => {
  const mark = randomUUID();
  const environment = await start('(setsid sleep 1000 &); exec sleep 2000', mark);
  const left = () => findProcesses(`MARK=${mark}`).map(({ command }) => command);
  await until('the daemon', () => left().toSorted().join() === 'sleep 1000,sleep 2000');
  environment.kill();
  await until('the end of both', () => left().length === 0, 2_000).catch(() => {});
  expect(left()).toEqual([]);
});
