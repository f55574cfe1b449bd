/**
 * How the managed Node runtime starts a function: its variables, its wrapper script, its client. Nothing of the
 * machine's own environment reaches the function but the path to its programs.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ownCredentials, toFunctionToken } from '../aws/identity.ts';
import type { FunctionVersion } from '../model.ts';
import type { RuntimeCommand } from './environment.ts';
import { markName } from './leftovers.ts';

/** Where Lambda keeps a function's code; paths in its configuration are written for there. */
const taskRoot = '/var/task';

export interface RuntimeSetup {
  readonly fn: FunctionVersion;
  readonly codeDir: string;
  /** The module that stands for AWS's own runtime client. */
  readonly nodeRuntime: string;
  /** Marks every process of this platform, see `leftovers.ts`. */
  readonly mark: string;
  /**
   * Where AWS is for this function, unless its own variables say otherwise; null, and they say that and who is calling.
   */
  readonly awsEndpoint: string | null;
}

export function runtimeCommand(setup: RuntimeSetup, endpoint: string, logStream: string): RuntimeCommand {
  const { fn, codeDir, nodeRuntime } = setup;
  const client = [process.execPath, nodeRuntime] as const;
  const wrapper = fn.Environment.AWS_LAMBDA_EXEC_WRAPPER;
  const env = { ...platformVariables(setup, endpoint, logStream), ...fn.Environment };
  // The wrapper gets the command line it replaces, as on Lambda.
  if (wrapper) return { file: localPath(wrapper, codeDir), args: client, env };
  return { file: client[0], args: [client[1]], env };
}

function localPath(path: string, codeDir: string): string {
  return path.startsWith(`${taskRoot}/`) ? join(codeDir, path.slice(taskRoot.length)) : path;
}

function platformVariables({ fn, codeDir, mark, awsEndpoint }: RuntimeSetup, endpoint: string, logStream: string) {
  return {
    _HANDLER: fn.Handler,
    AWS_DEFAULT_REGION: 'us-east-1',
    ...(awsEndpoint !== null && awsVariables(fn, awsEndpoint)),
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.Runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.MemorySize),
    AWS_LAMBDA_FUNCTION_NAME: fn.FunctionName,
    AWS_LAMBDA_FUNCTION_VERSION: fn.Version,
    AWS_LAMBDA_LOG_FORMAT: fn.LogFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: fn.LogGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_LAMBDA_RUNTIME_API: endpoint,
    AWS_REGION: 'us-east-1',
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    LAMBDA_TASK_ROOT: codeDir,
    LANG: 'en_US.UTF-8',
    PATH: process.env.PATH ?? '/usr/local/bin:/usr/bin:/bin',
    TMPDIR: tmpdir(),
    TZ: ':UTC',
    [markName]: mark,
  };
}

/** The local platform's own: on Lambda nothing says where AWS is. */
function awsVariables({ Role, FunctionName }: FunctionVersion, awsEndpoint: string) {
  return {
    AWS_ACCESS_KEY_ID: ownCredentials.accessKeyId,
    AWS_ENDPOINT_URL: awsEndpoint,
    AWS_SECRET_ACCESS_KEY: ownCredentials.secretAccessKey,
    AWS_SESSION_TOKEN: toFunctionToken(Role, FunctionName),
  };
}
