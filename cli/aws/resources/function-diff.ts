/** What differs between a function, or a version of it, and the one that is wanted. Pure. */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Change, LiveFunction } from '../model.ts';
import { logGroupName } from '../names.ts';
import type { FunctionSpec, Spec } from '../spec.ts';

export function diffFunction(spec: Spec, { config }: Pick<LiveFunction, 'config'>): Change[] {
  return [...diffConfig(spec, config), ...diffCode(spec, config), ...diffStatus(config)];
}

/** A change that Lambda took and could not carry out, for want of an address in a subnet say, is asked for once more. */
function diffStatus({ State, LastUpdateStatus }: FunctionConfiguration): Change[] {
  const hasFailed = State === 'Failed' || LastUpdateStatus === 'Failed';
  return hasFailed ? [{ field: 'LastUpdateStatus', from: 'Failed', to: 'Successful' }] : [];
}

/** A published version is exactly what is wanted now. */
export function matchesVersion(spec: Spec, config: FunctionConfiguration): boolean {
  return diffConfig(spec, config).length === 0 && diffCode(spec, config).length === 0;
}

/**
 * What differs in `$LATEST` although the stage itself is as wanted: manual changes, unless another stage has put it
 * together. The next version of any stage would be published from it.
 */
export function diffLatest(spec: Spec, live: LiveFunction): Change[] {
  const owner = live.config.Environment?.Variables?.UP_STAGE ?? spec.stage;
  return owner === spec.stage ? diffFunction(spec, live) : [];
}

export function diffConfig({ app, fn, role, identity }: Spec, live: FunctionConfiguration): Change[] {
  const wanted: Record<string, unknown> = {
    Role: role.given ?? `arn:aws:iam::${identity.account}:role/${role.name}`,
    Runtime: fn.Runtime,
    Handler: fn.Handler,
    MemorySize: fn.MemorySize,
    Timeout: fn.Timeout,
    EphemeralStorage: fn.EphemeralStorage,
    Environment: fn.Environment,
    TracingMode: fn.TracingMode,
    VpcConfig: fn.VpcConfig,
    Layers: fn.Layers,
    LogFormat: 'Text',
    LogGroup: logGroupName(app),
  };
  const { LogFormat = 'Text', LogGroup = logGroupName(app) } = live.LoggingConfig ?? {};
  const found: Record<string, unknown> = {
    ...live,
    Environment: sorted(live.Environment?.Variables),
    EphemeralStorage: storageOf(live),
    TracingMode: live.TracingConfig?.Mode ?? 'PassThrough',
    VpcConfig: vpcConfigOf(live),
    Layers: layersOf(live),
    LogFormat,
    LogGroup,
  };
  return Object.entries(wanted)
    .filter(([field, to]) => JSON.stringify(found[field]) !== JSON.stringify(to))
    .map(([field, to]) => ({ field, from: found[field], to }));
}

function diffCode({ fn, code }: Spec, live: FunctionConfiguration): Change[] {
  const architecture = live.Architectures?.[0] ?? 'x86_64';
  const changes: Change[] = [];
  if (live.CodeSha256 !== code.sha256) changes.push({ field: 'Code', from: live.CodeSha256, to: code.sha256 });
  if (architecture !== fn.Architecture)
    changes.push({ field: 'Architectures', from: architecture, to: fn.Architecture });
  return changes;
}

/** Whether one is published from the other: what a release consists of is the same. */
export function isSameRelease(a: FunctionConfiguration, b: FunctionConfiguration): boolean {
  return JSON.stringify(releaseOf(a)) === JSON.stringify(releaseOf(b));
}

function releaseOf({ CodeSha256, Architectures, Runtime, Handler, Role, ...rest }: FunctionConfiguration) {
  const { MemorySize, Timeout, Environment, LoggingConfig, TracingConfig } = rest;
  const { LogFormat, LogGroup } = LoggingConfig ?? {};
  return [
    ...[CodeSha256, Architectures, Runtime, Handler, Role, MemorySize, Timeout, LogFormat, LogGroup],
    sorted(Environment?.Variables),
    TracingConfig?.Mode ?? 'PassThrough',
    [vpcConfigOf(rest), layersOf(rest), storageOf(rest)],
  ];
}

/** In the form of the specification. Lambda leaves it out, or its lists empty, where there is none. */
export function vpcConfigOf({ VpcConfig }: FunctionConfiguration): FunctionSpec['VpcConfig'] {
  const { SubnetIds = [], SecurityGroupIds = [] } = VpcConfig ?? {};
  return { SubnetIds: SubnetIds.toSorted(), SecurityGroupIds: SecurityGroupIds.toSorted() };
}

/** MB. Lambda's own default where it says nothing. */
export function storageOf({ EphemeralStorage }: FunctionConfiguration): number {
  return EphemeralStorage?.Size ?? 512;
}

/** Their ARNs. */
export function layersOf({ Layers = [] }: FunctionConfiguration): string[] {
  return Layers.map(({ Arn = '' }) => Arn);
}

function sorted(variables: Readonly<Record<string, string>> | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(variables ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}
