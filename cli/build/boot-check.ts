/**
 * Boots the very package that would be uploaded, in an execution environment of the local Lambda, and asks it for `/`.
 * What crashes here would crash there; nothing has been touched yet.
 */
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { extract } from '../../local/aws/unzip.ts';
import { startEnvironment, wholePayload } from '../../local/lambda/environment.ts';
import { judge, probeEvent } from '../aws/probe.ts';
import { UpError } from '../errors.ts';
import { readAppOutput } from '../logs/evidence.ts';
import { type App, describeApp } from './detect.ts';
import { howToFix } from './how-to-fix.ts';
import { usualPath } from './search-path.ts';

export interface BootCheck {
  readonly zip: Buffer;
  readonly stage: string;
  /** Of the function. */
  readonly environment: Readonly<Record<string, string>>;
  /** `lambda.timeout`, seconds. */
  readonly timeout: number;
  /** `lambda.memory`, MB. */
  readonly memory: number;
  /** What the package starts. */
  readonly app: App;
  /** The project it was made of. */
  readonly dir: string;
  /** It is for the local Lambda, which has the programs of the shell. */
  readonly local: boolean;
}

export interface Booted {
  /** Milliseconds from nothing to an answer. */
  readonly duration: number;
}

/** Throws UP_CHECK_FAILED with the app's own last lines. */
export async function bootCheck(check: BootCheck): Promise<Booted> {
  const { zip, stage, environment, timeout, memory, app, dir, local } = check;
  const folder = await mkdtemp(join(tmpdir(), 'up-check-'));
  const log: string[] = [];
  let kill = () => {};
  // Ctrl-C ends this program at once, and nothing of the check may outlive it.
  const onExit = () => {
    kill();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', onExit);
  try {
    const codeDir = join(folder, 'task');
    await extract(zip, codeDir);
    const started = performance.now();
    const checked = await startEnvironment(
      {
        functionName: 'check',
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:check',
        version: '$LATEST',
        handler: '_up/handler.handler',
        timeout,
        memorySize: memory,
        logGroup: 'check',
        codeDir,
        command: (endpoint) => ({
          file: join(codeDir, '_up', 'bootstrap'),
          args: [process.execPath],
          env: variables(environment, endpoint, codeDir, local),
        }),
      },
      (_group, _stream, events) => log.push(...events.map(({ message }) => message)),
      { onSettled() {} },
    ).catch(async (error: unknown) => {
      throw cannotStart(error)
        ? await failed(error.message, log, { stage, codeDir, app, dir, local, environment })
        : error;
    });
    kill = () => checked.kill();
    try {
      const outcome = await checked.invoke(Buffer.from(JSON.stringify(probeEvent('check'))));
      const payload = await wholePayload(outcome);
      const duration = performance.now() - started;
      const verdict = judge(payload, outcome.functionError !== undefined);
      if (verdict.failure === null) return { duration };
      await outcome.logged;
      throw await failed(verdict.failure, log, { stage, codeDir, app, dir, local, environment });
    } finally {
      checked.kill();
    }
  } finally {
    process.off('exit', onExit);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Where {
  readonly stage: string;
  readonly codeDir: string;
  readonly app: App;
  readonly dir: string;
  readonly local: boolean;
  readonly environment: Readonly<Record<string, string>>;
}

/** The system takes no such process: a NUL in a variable, or more variables than it allows. */
function cannotStart(error: unknown): error is Error {
  const { code, syscall } = error as NodeJS.ErrnoException;
  return error instanceof Error && (code === 'ERR_INVALID_ARG_VALUE' || syscall?.startsWith('spawn') === true);
}

/** The author knows these files by where they lie in the project. A module that is one is not to be taken for a package. */
function fromProject(line: string, codeDir: string): string {
  return line
    .replaceAll(`module '${codeDir}/`, "module './")
    .replaceAll(`file://${codeDir}/`, '')
    .replaceAll(`${codeDir}/`, '');
}

async function failed(failure: string, log: readonly string[], where: Where): Promise<UpError> {
  const output = readAppOutput(log.join('\n')).map((line) => fromProject(line, where.codeDir));
  const started = `Started    ${where.app.command} (${describeApp(where.app)})`;
  return new UpError('UP_CHECK_FAILED', `The package does not work: ${failure}`, {
    evidence: [
      started,
      ...output.filter((line) => line !== failure),
      'Found before upload. Whatever is live stays live.',
    ].join('\n'),
    ...(await howToFix(failure, output, where)),
  });
}

/** What the shell finds besides is not there when the function runs. Node comes from where this one is. */
function searchPath(local: boolean): string {
  if (local) return process.env.PATH ?? usualPath;
  return [dirname(process.execPath), usualPath].join(delimiter);
}

function variables(
  environment: Readonly<Record<string, string>>,
  endpoint: string,
  codeDir: string,
  local: boolean,
): Record<string, string> {
  return {
    PATH: searchPath(local),
    TMPDIR: tmpdir(),
    AWS_LAMBDA_FUNCTION_NAME: 'check',
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    ...environment,
    AWS_LAMBDA_RUNTIME_API: endpoint,
    LAMBDA_TASK_ROOT: codeDir,
  };
}
