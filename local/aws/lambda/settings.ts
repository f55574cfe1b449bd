/** The settings of a function: reading them from a request, with Lambda's limits and defaults. */
import { createHash } from 'node:crypto';
import type { FunctionVersion, State } from '../../model.ts';
import { AwsError } from '../error.ts';
import { checkChoice, checkPattern, checkRange, type Input } from '../input.ts';
import { emptyRecord } from '../record.ts';
import { readEnvironment } from './environment.ts';
import { read, validation } from './names.ts';
import { checkNetworkRight, readVpcConfig, type VpcConfig } from './vpc.ts';

export type Settings = Pick<
  FunctionVersion,
  | 'Description'
  | 'Runtime'
  | 'Handler'
  | 'Role'
  | 'Timeout'
  | 'MemorySize'
  | 'Environment'
  | 'Layers'
  | 'EphemeralStorage'
  | 'LogGroup'
  | 'LogFormat'
  | 'TracingMode'
  | 'Other'
>;

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const timeoutSeconds = { min: 1, max: 900 };
const memoryMb = { min: 128, max: 10_240 };
const storageMb = { min: 512, max: 10_240 };
const maxLayers = 5;

/** Runtimes that this machine can stand in for: it runs them all with its own Node. */
const runtimePattern = /^nodejs(?:20|22|24|26)\.x$/;
/** Runtimes that Lambda has besides, or has had: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html */
const othersPattern = /^(?:python|ruby|java|dotnet|provided|go)[a-z0-9.]*$/;

/** Settings that are kept and shown but change nothing on one machine. */
const inertSettings = ['KMSKeyArn', 'FileSystemConfigs'] as const;

export function defaultSettings(name: string): Settings {
  return {
    Description: '',
    Runtime: '',
    Handler: '',
    Role: '',
    Timeout: 3,
    MemorySize: 128,
    Environment: emptyRecord(),
    Layers: [],
    EphemeralStorage: 512,
    LogGroup: `/aws/lambda/${name}`,
    LogFormat: 'Text',
    TracingMode: 'PassThrough',
  };
}

/** The settings of a request, laid over those there were, at a time in epoch milliseconds. Throws for the first that Lambda would refuse. */
export function readSettings(state: State, input: Input, before: Settings, time: number): Settings {
  const vpc = readVpcConfig(input);
  const logging = read.object(input, 'LoggingConfig') ?? {};
  const settings: Settings = {
    Description: read.text(input, 'Description') ?? before.Description,
    Runtime: read.text(input, 'Runtime') ?? before.Runtime,
    Handler: read.text(input, 'Handler') ?? before.Handler,
    Role: read.text(input, 'Role') ?? before.Role,
    Timeout: read.number(input, 'Timeout') ?? before.Timeout,
    MemorySize: read.number(input, 'MemorySize') ?? before.MemorySize,
    Environment: readEnvironment(input) ?? before.Environment,
    Layers: read.texts(input, 'Layers') ?? before.Layers,
    EphemeralStorage: read.number(read.object(input, 'EphemeralStorage') ?? {}, 'Size') ?? before.EphemeralStorage,
    LogGroup: read.text(logging, 'LogGroup') ?? before.LogGroup,
    LogFormat: read.text(logging, 'LogFormat') ?? before.LogFormat,
    TracingMode: read.text(read.object(input, 'TracingConfig') ?? {}, 'Mode') ?? before.TracingMode,
    ...readOther(input, before, vpc),
  };
  checkSettings(settings);
  refuseDeadLetters(input);
  checkRole(state, settings.Role, time);
  checkNetworkRight(state, settings.Role, vpc, time);
  return settings;
}

function readOther(input: Input, before: Settings, VpcConfig: VpcConfig | undefined): Pick<Settings, 'Other'> {
  const other: Record<string, unknown> = { ...before.Other, ...(VpcConfig && { VpcConfig }) };
  for (const key of inertSettings) if (input[key] !== undefined && input[key] !== null) other[key] = input[key];
  return Object.keys(other).length === 0 ? {} : { Other: other };
}

function checkSettings(settings: Settings): void {
  checkRuntime(settings.Runtime);
  checkPattern(validation, 'Handler', settings.Handler, /^[^\s]{1,128}$/);
  checkRange(validation, 'Timeout', settings.Timeout, timeoutSeconds);
  checkRange(validation, 'MemorySize', settings.MemorySize, memoryMb);
  checkRange(validation, 'EphemeralStorage', settings.EphemeralStorage, storageMb);
  checkChoice(validation, 'LogFormat', settings.LogFormat, ['JSON', 'Text']);
  checkChoice(validation, 'TracingMode', settings.TracingMode, ['Active', 'PassThrough']);
  checkPattern(validation, 'LogGroup', settings.LogGroup, /^[.\-_/#A-Za-z0-9]{1,512}$/);
  checkDescription(settings.Description);
  checkLayers(settings.Layers);
}

const layerPattern = /^arn:[a-zA-Z0-9-]+:lambda:[a-zA-Z0-9-]+:\d{12}:layer:[a-zA-Z0-9-_]+:[0-9]+$/;

function checkLayers(layers: readonly string[]): void {
  if (layers.length > maxLayers)
    throw new AwsError('InvalidParameterValueException', `Cannot reference more than ${maxLayers} layers.`);
  for (const layer of layers) checkPattern(validation, 'Layers', layer, layerPattern);
  const names = layers.map((layer) => layer.replace(/:[0-9]+$/, ''));
  const twice = names.find((name, index) => names.indexOf(name) < index);
  if (twice !== undefined)
    throw new AwsError(
      'InvalidParameterValueException',
      `Two different versions of the same layer are not allowed to be referenced in the same function. ${twice}`,
    );
}

/** Of a function, a version or an alias. */
export function checkDescription(text: string): string {
  checkPattern(validation, 'Description', text, /^.{0,256}$/su);
  return text;
}

/** An empty target is how clients say that there is none. */
function refuseDeadLetters(input: Input): void {
  const target = read.text(read.object(input, 'DeadLetterConfig') ?? {}, 'TargetArn') ?? '';
  if (target === '') return;
  throw new AwsError(
    'InvalidParameterValueException',
    `The local platform has no dead letters, and DeadLetterConfig names a queue (${target}). An event that failed for the last time is told of in the log of its function.`,
  );
}

function checkRuntime(runtime: string): void {
  if (runtimePattern.test(runtime)) return;
  if (othersPattern.test(runtime))
    throw new AwsError(
      'InvalidParameterValueException',
      `The local platform runs Node.js alone, and ${runtime} needs another runtime.`,
    );
  throw new AwsError(
    'InvalidParameterValueException',
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [nodejs20.x, nodejs22.x, nodejs24.x, nodejs26.x] or be a valid ARN`,
  );
}

/** A role that does not exist yet is refused in the same words as one that does not trust Lambda; clients retry on them. */
function checkRole(state: State, arn: string, time: number): void {
  checkPattern(validation, 'Role', arn, /^arn:(?:aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/);
  const role = Object.values(state.roles).find((candidate) => candidate.Arn === arn);
  const isThere = (role?.assumableAt ?? 0) <= time;
  if (isThere && role?.AssumeRolePolicyDocument.includes('lambda.amazonaws.com')) return;
  throw new AwsError(
    'InvalidParameterValueException',
    'The role defined for the function cannot be assumed by Lambda.',
  );
}

export function readArchitectures(input: Input, before: readonly string[]): string[] {
  const architectures = read.texts(input, 'Architectures') ?? [...before];
  for (const architecture of architectures) checkChoice(validation, 'Architectures', architecture, ['x86_64', 'arm64']);
  if (architectures.length === 1) return architectures;
  throw new AwsError('InvalidParameterValueException', 'Architectures must name exactly one architecture.');
}

/** A digest of everything but the code: whether a publication would be the same as the last one. */
export function hashSettings(settings: Settings, architectures: readonly string[]): string {
  const { Description, Runtime, Handler, Role, Timeout, MemorySize, Layers, EphemeralStorage } = settings;
  const { LogGroup, LogFormat, TracingMode, Other = {} } = settings;
  const variables = Object.entries(settings.Environment).sort(([a], [b]) => (a < b ? -1 : 1));
  const values = [Description, Runtime, Handler, Role, Timeout, MemorySize, Layers, EphemeralStorage, LogGroup];
  const text = JSON.stringify([...values, LogFormat, TracingMode, Other, variables, architectures]);
  return createHash('sha256').update(text).digest('base64');
}
