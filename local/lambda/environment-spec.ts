/** What an environment has to be for a version of a function. */
import { toFunctionArn } from '../aws/identity.ts';
import type { FunctionVersion } from '../model.ts';
import type { EnvironmentSpec, RuntimeCommand } from './environment.ts';
import { runtimeCommand } from './runtime-command.ts';

/** What is the same for all functions; see `FleetOptions`. */
export interface Surroundings {
  readonly codeDir: string;
  readonly nodeRuntime: string;
  readonly mark: string;
  readonly endpoint: string | null;
  readonly initLimit?: number;
  readonly confine?: (command: RuntimeCommand, codeDir: string) => RuntimeCommand;
}

export function environmentSpec(
  fn: FunctionVersion,
  initializationType: 'on-demand' | 'provisioned-concurrency',
  { codeDir, nodeRuntime, mark, endpoint: awsEndpoint, initLimit, confine = unconfined }: Surroundings,
): EnvironmentSpec {
  const setup = { fn, codeDir, nodeRuntime, mark, awsEndpoint };
  return {
    functionName: fn.FunctionName,
    functionArn: toFunctionArn(fn.FunctionName, fn.Version === '$LATEST' ? undefined : fn.Version),
    version: fn.Version,
    handler: fn.Handler,
    timeout: fn.Timeout,
    memorySize: fn.MemorySize,
    logGroup: fn.LogGroup,
    traced: fn.TracingMode === 'Active',
    codeDir,
    initializationType,
    ...(initLimit !== undefined && { initLimit }),
    command: (endpoint, logStream) => confine(runtimeCommand(setup, endpoint, logStream), codeDir),
  };
}

function unconfined(command: RuntimeCommand): RuntimeCommand {
  return command;
}
