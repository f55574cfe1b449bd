/**
 * Which error for which failure: what Invoke answers, and what the log of the function says. Sources:
 * - docs: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
 * - RIE: https://github.com/aws/aws-lambda-runtime-interface-emulator, AWS's own emulator
 * - recorded: seen on Lambda
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createEnvironments } from '../support/environments.ts';
import { hasProc } from '../support/processes.ts';

const environments = createEnvironments();
afterAll(() => environments.close());

interface Failing {
  /** Who says so. */
  readonly source: string;
  /** Runs inside the invocation. */
  readonly handler: string;
  readonly errorType: string;
  /** After `RequestId: <id> `, when the platform says it. */
  readonly errorMessage: string;
  /** The end of REPORT. */
  readonly report: string;
  readonly timeout?: number;
  readonly onlyWithProc?: boolean;
}

const exits = 'Error: Runtime exited with error:';
const failures: Readonly<Record<string, Failing>> = {
  'ends with a status': {
    source: 'RIE, invoke: FatalError Runtime.ExitError; docs, REPORT of a runtime crash',
    handler: 'process.exit(7);',
    errorType: 'Runtime.ExitError',
    errorMessage: `${exits} exit status 7`,
    report: 'Status: error\tError Type: Runtime.ExitError\t',
  },
  'ends without one': {
    source: 'docs, "Runtime exited without providing a reason"',
    handler: 'process.exit(0);',
    errorType: 'Runtime.ExitError',
    errorMessage: 'Error: Runtime exited without providing a reason',
    report: 'Status: error\tError Type: Runtime.ExitError\t',
  },
  'is killed': {
    source: 'recorded, "signal: killed": Lambda names signals as Go does',
    handler: "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});",
    errorType: 'Runtime.ExitError',
    errorMessage: `${exits} signal: killed`,
    report: 'Status: error\tError Type: Runtime.ExitError\t',
  },
  'breaks off': {
    source: 'recorded, "signal: segmentation fault"',
    handler: "process.kill(process.pid, 'SIGSEGV'); await new Promise(() => {});",
    errorType: 'Runtime.ExitError',
    errorMessage: `${exits} signal: segmentation fault`,
    report: 'Status: error\tError Type: Runtime.ExitError\t',
  },
  'needs more memory than it has': {
    source: 'recorded: Runtime.ExitError to the caller, Runtime.OutOfMemory in REPORT',
    handler:
      'const much = Buffer.alloc(200 * 2 ** 20, 1); await new Promise((resolve) => setTimeout(resolve, 9_000, much));',
    errorType: 'Runtime.ExitError',
    errorMessage: `${exits} signal: killed`,
    report:
      'Memory Size: 128 MB\tMax Memory Used: 128 MB\tInit Duration: [\\d.]+ ms\tStatus: error\tError Type: Runtime.OutOfMemory\t',
    onlyWithProc: true,
  },
  'takes longer than its timeout': {
    source: 'recorded, "Task timed out after 1.00 seconds"; docs, REPORT of a timeout',
    handler: 'await new Promise((resolve) => setTimeout(resolve, 9_000));',
    timeout: 1,
    errorType: 'Sandbox.Timedout',
    errorMessage: 'Error: Task timed out after 1.00 seconds',
    report: 'Status: timeout\t',
  },
};

describe.concurrent('a runtime that, at work,', () => {
  for (const [title, failing] of Object.entries(failures)) {
    test.runIf(hasProc || !failing.onlyWithProc)(`${title} (${failing.source})`, async () => {
      const environment = await environments.start(`await client.serve(async () => { ${failing.handler} });`, {
        timeout: failing.timeout ?? 10,
      });
      const { body, functionError, requestId, logged } = await environment.ask();
      expect({ body, functionError }).toEqual({
        body: { errorType: failing.errorType, errorMessage: `RequestId: ${requestId} ${failing.errorMessage}` },
        functionError: 'Unhandled',
      });
      const lines = (await logged).trimEnd().split('\n');
      expect(lines.at(0)).toBe(`START RequestId: ${requestId} Version: 1`);
      expect(lines.at(-2)).toBe(`END RequestId: ${requestId}`);
      expect(`${lines.at(-1)}\t`).toMatch(new RegExp(`^REPORT RequestId: ${requestId}\t.*${failing.report}`));
    });
  }

  test('reports an error of its own is believed (docs, /invocation/AwsRequestId/error)', async () => {
    const environment = await environments.start(`
      const { id } = await client.nextInvocation();
      await client.fail(id, 'Function.Broken', 'no luck');
      await client.serve(() => 'the next one');`);
    const { body, functionError, logged } = await environment.ask();
    expect([body, functionError]).toEqual([{ errorType: 'Function.Broken', errorMessage: 'no luck' }, 'Unhandled']);
    expect(await logged).not.toContain('Status');
    // It has not ended, so the environment is used again.
    expect((await environment.ask()).body).toBe('the next one');
  });

  test('answers with more than 6 MB and 100 bytes has not answered (RIE, Function.ResponseSizeTooLarge)', async () => {
    const environment = await environments.start(`
      const { id } = await client.nextInvocation();
      console.log(await client.respond(id, 'x'.repeat(6 * 2 ** 20 + 99)));
      const { id: next } = await client.nextInvocation();
      console.log(await client.respond(next, 'x'.repeat(6 * 2 ** 20 + 98)));
      await client.serve(() => 1);`);
    const { body, functionError } = await environment.ask();
    expect([body, functionError]).toEqual([
      {
        errorType: 'Function.ResponseSizeTooLarge',
        errorMessage: 'Response payload size exceeded maximum allowed payload size (6291556 bytes).',
      },
      'Unhandled',
    ]);
    const { body: whole, logged } = await environment.ask();
    expect(whole).toHaveLength(6 * 2 ** 20 + 98);
    await logged;
    expect(environment.lines().filter((line) => /^\d+$/.test(line))).toEqual(['413', '202']);
  });

  test('answers twice is told so, and the first answer counts (RIE, InvalidStateTransition)', async () => {
    const environment = await environments.start(`
      await client.serve(async (event) => {
        if (event.known) return 'known';
        return 'first';
      }, async (id) => console.log(await client.respond(id, 'second')));`);
    expect((await environment.ask()).body).toBe('first');
    const { body, logged } = await environment.ask({ known: true });
    expect(body).toBe('known');
    await logged;
    expect(environment.lines().filter((line) => /^\d+$/.test(line))).toEqual(['403', '403']);
  });

  test('answers somebody else is refused (RIE, InvalidRequestID)', async () => {
    const environment = await environments.start(`
      await client.serve(async () => {
        console.log(await client.respond('00000000-0000-0000-0000-000000000000', 'stray'));
        return 'mine';
      });`);
    const { body, logged } = await environment.ask();
    expect(body).toBe('mine');
    await logged;
    expect(environment.lines()).toContain('400');
  });
});

test.runIf(hasProc)(
  'memory that runs out costs the largest process, and the others live on (Linux, OOM killer)',
  async () => {
    const environment = await environments.start(`
    import { spawn } from 'node:child_process';
    import { once } from 'node:events';
    await client.serve(async () => {
      const much = 'const much = Buffer.alloc(200 * 2 ** 20, 1); setTimeout(() => much, 9_000)';
      const [, signal] = await once(spawn(process.execPath, ['-e', much]), 'exit');
      return signal;
    });`);
    const { body, functionError, logged } = await environment.ask();
    expect([body, functionError]).toEqual(['SIGKILL', undefined]);
    expect(await logged).toContain('\tMax Memory Used: 128 MB\t');
  },
);

describe('REPORT', () => {
  const numbers = (log: string, name: string) =>
    Number(new RegExp(`\t${name}: ([\\d.]+) ms`).exec(log)?.[1] ?? Number.NaN);

  test('bills the init of a cold start and the work, rounded up (docs, billed since August 2025)', async () => {
    const environment = await environments.start('await client.serve(() => 1);');
    const cold = await (await environment.ask()).logged;
    const [duration, billed, init] = ['Duration', 'Billed Duration', 'Init Duration'].map((name) =>
      numbers(cold, name),
    );
    expect(billed).toBe(Math.ceil((duration ?? 0) + (init ?? 0)));
    const warm = await (await environment.ask()).logged;
    expect(warm).not.toContain('Init Duration');
    expect(numbers(warm, 'Billed Duration')).toBe(Math.ceil(numbers(warm, 'Duration')));
  });
});
