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
import { UpError, type UpErrorParts } from '../errors.ts';
import { listensElsewhere, readAppOutput } from '../logs/evidence.ts';
import { programOf } from './command.ts';
import { type App, describeApp } from './detect.ts';
import { installMissing } from './install.ts';

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
    ).catch((error: unknown) => {
      throw cannotStart(error) ? failed(error.message, log, { stage, codeDir, app, dir, local }) : error;
    });
    kill = () => checked.kill();
    try {
      const outcome = await checked.invoke(Buffer.from(JSON.stringify(probeEvent('check'))));
      const payload = await wholePayload(outcome);
      const duration = performance.now() - started;
      const verdict = judge(payload, outcome.functionError !== undefined);
      if (verdict.failure === null) return { duration };
      await outcome.logged;
      throw failed(verdict.failure, log, { stage, codeDir, app, dir, local });
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

function failed(failure: string, log: readonly string[], where: Where): UpError {
  const output = readAppOutput(log.join('\n')).map((line) => fromProject(line, where.codeDir));
  const started = `Started    ${where.app.command} (${describeApp(where.app)})`;
  return new UpError('UP_CHECK_FAILED', `The package does not work: ${failure}`, {
    evidence: [
      started,
      ...output.filter((line) => line !== failure),
      'Found before upload. Whatever is live stays live.',
    ].join('\n'),
    ...howToMend(failure, output, where),
  });
}

/** The four mistakes of a first app, and everything else. */
function howToMend(failure: string, output: readonly string[], { stage, dir, app, local }: Where): UpErrorParts {
  const next = ['up start', `up ${stage} --no-check`];
  const program = missingProgram(failure, output, app);
  if (program !== null) {
    const elsewhere = local ? 'nor on your PATH' : 'and Lambda does not have it';
    const hint = `${program} is not in the package, ${elsewhere}: make it a dependency, or put it into the folder`;
    return { hint, next };
  }
  const install = installMissing(dir, output.join('\n'));
  if (install !== null) return { hint: `install what it asks for: ${install}`, next: [install, `up ${stage}`] };
  if (output.some((line) => line.startsWith(listensElsewhere)))
    return { hint: 'let it listen on the PORT of its environment, in Node: .listen(process.env.PORT ?? 3000)', next };
  if (/exited with code 0/.test(failure))
    return {
      hint: 'it ended without a server: let it listen on PORT, or name what does in up.json: {"proxy": {"command": "…"}}',
      next,
    };
  return { hint: 'mend the app, trying it with "up start"; --no-check deploys it all the same', next };
}

/** What cannot be started, by the one who tried: the proxy, or a shell. */
function missingProgram(failure: string, output: readonly string[], { command }: App): string | null {
  if (failure.includes('no such program in the package')) return programOf(command);
  if (!/exited with code 127\b/.test(failure)) return null;
  return /([^\s:]+): (?:command )?not found$/m.exec(output.join('\n'))?.[1] ?? null;
}

/** Of a system, as Lambda's has them: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const systemPath = '/usr/local/bin:/usr/bin:/bin';

/** What the shell finds besides is not there when the function runs. Node comes from where this one is. */
function searchPath(local: boolean): string {
  if (local) return process.env.PATH ?? systemPath;
  return [dirname(process.execPath), systemPath].join(delimiter);
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
