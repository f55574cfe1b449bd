/** Functions: making, showing, listing and removing them. */
import { randomUUID } from 'node:crypto';
import type { FunctionVersion, LambdaFunction } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { toHex } from '../code.ts';
import { AwsError } from '../error.ts';
import { toFunctionArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { conflict, findFunction, findTarget, isVersionNumber } from './find.ts';
import { listAll, readMaxItems, toVersionMarker } from './lists.ts';
import { functionNotFound, parseName, read, readName } from './names.ts';
import { defaultSettings, hashSettings, readArchitectures, readSettings } from './settings.ts';
import { showListed, showVersion, toLastModified } from './show.ts';
import { soon } from './states.ts';
import { readTags } from './tags.ts';
import { publish } from './versions.ts';
import { readZip } from './zip.ts';

export async function createFunction(call: Call, input: Input): Promise<Output> {
  const { store, engine, now } = call;
  const { name } = parseName(read.needText(input, 'FunctionName'));
  if (store.state.functions[name]) throw conflict(`Function already exist: ${name}`);
  checkPackage(input);
  const settings = readSettings(store.state, input, defaultSettings(name), now());
  const Architectures = readArchitectures(input, ['x86_64']);
  const tags = readTags(input, emptyRecord());
  const code = await store.putCode(await readZip(call, read.object(input, 'Code') ?? {}));
  const activeAt = soon(call);
  const latest: FunctionVersion = {
    ...settings,
    FunctionName: name,
    Version: '$LATEST',
    Architectures,
    ...code,
    LastModified: toLastModified(now()),
    RevisionId: randomUUID(),
    ConfigSha256: hashSettings(settings, Architectures),
    ...(activeAt !== undefined && { activeAt }),
  };
  const fn: LambdaFunction = {
    FunctionName: name,
    FunctionArn: toFunctionArn(name),
    Tags: tags,
    latest,
    versions: emptyRecord(),
    nextVersion: 1,
    aliases: emptyRecord(),
    policies: emptyRecord(),
  };
  store.state.functions[name] = fn;
  const version = read.flag(input, 'Publish') ? publish(fn, latest.Description, call) : latest;
  engine.refresh(name);
  const arn = version === latest ? fn.FunctionArn : toFunctionArn(name, version.Version);
  return showVersion(version, arn, now());
}

function checkPackage(input: Input): void {
  if ((read.text(input, 'PackageType') ?? 'Zip') !== 'Zip')
    throw new AwsError('InvalidParameterValueException', 'The local platform runs functions of package type Zip only.');
  if (read.text(input, 'Runtime') && read.text(input, 'Handler')) return;
  throw new AwsError(
    'InvalidParameterValueException',
    'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
  );
}

export function getFunction({ store, endpoint, now }: Call, input: Input): Output {
  const { fn, version, arn } = findTarget(store.state, readName(input));
  const tagged = Object.keys(fn.Tags).length > 0;
  return {
    Configuration: showVersion(version, arn, now()),
    Code: { RepositoryType: 'S3', Location: `${endpoint}/_local/code/${toHex(version.CodeSha256)}.zip` },
    ...(tagged ? { Tags: fn.Tags } : {}),
    ...(fn.reservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: fn.reservedConcurrency } }),
  };
}

export function getFunctionConfiguration({ store, now }: Call, input: Input): Output {
  const { version, arn } = findTarget(store.state, readName(input));
  return showVersion(version, arn, now());
}

export function listFunctions({ store }: Call, input: Input): Output {
  const functions = byName(Object.values(store.state.functions), (fn) => fn.FunctionName);
  const all = read.text(input, 'FunctionVersion') === 'ALL';
  const versions = functions.flatMap((fn) => (all ? listAll(fn) : listLatest(fn)));
  const page = toPage(versions, toMarker, { marker: read.text(input, 'Marker'), size: readMaxItems(input) });
  return { Functions: page.items, NextMarker: page.next };
}

function toMarker(version: Readonly<Record<string, unknown>>): string {
  return `${version.FunctionName}\0${toVersionMarker(version)}`;
}

function listLatest(fn: LambdaFunction): Record<string, unknown>[] {
  return [showListed(fn.latest, fn.FunctionArn)];
}

/** The whole function, or one version of it. Its log group stays, as on AWS. */
export async function deleteFunction({ store, engine, frontDoors }: Call, input: Input): Promise<Output> {
  const { name, qualifier } = readName(input);
  const fn = findFunction(store.state, name);
  if (qualifier === undefined) delete store.state.functions[name];
  else deleteVersion(fn, qualifier);
  engine.refresh(name);
  if (qualifier === undefined) for (const { UrlId } of Object.values(fn.urls ?? {})) await frontDoors.closeUrl(UrlId);
  return undefined;
}

function deleteVersion(fn: LambdaFunction, number: string): void {
  if (number === '$LATEST')
    throw new AwsError(
      'InvalidParameterValueException',
      '$LATEST version cannot be deleted without deleting the function.',
    );
  if (!isVersionNumber(number))
    throw new AwsError('InvalidParameterValueException', 'Deletion of aliases is not currently supported.');
  if (!fn.versions[number]) throw functionNotFound(fn.FunctionName, number);
  const users = Object.values(fn.aliases).filter(
    (alias) => alias.FunctionVersion === number || alias.RoutingConfig[number] !== undefined,
  );
  if (users.length > 0)
    throw conflict(
      `Unable to delete version because the following aliases reference it: [${users.map((alias) => alias.Name).join(', ')}]`,
    );
  delete fn.versions[number];
  delete fn.provisioned?.[number];
  delete fn.policies[number];
  delete fn.eventInvoke?.[number];
}
