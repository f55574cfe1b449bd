/** Function URLs: an HTTPS front door of a function's own, or of one of its aliases. */
import { randomBytes } from 'node:crypto';
import type { FunctionUrl, LambdaFunction } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toFunctionArn } from '../identity.ts';
import { checkChoice, type Input } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { conflict, findAlias, findFunction, isVersionNumber } from './find.ts';
import { readFewItems } from './lists.ts';
import { read, readName, validation } from './names.ts';

interface Owner {
  readonly fn: LambdaFunction;
  /** '' for the function itself. */
  readonly qualifier: string;
}

export async function createFunctionUrlConfig({ store, frontDoors }: Call, input: Input): Promise<Output> {
  const owner = findOwner(store, input);
  if (owner.fn.urls?.[owner.qualifier]) throw conflict('FunctionUrlConfig exists for this Lambda function');
  const now = new Date().toISOString();
  const url: FunctionUrl = {
    UrlId: randomBytes(20)
      .toString('base64url')
      .toLowerCase()
      .replace(/[^a-z0-9]/g, '0')
      .slice(0, 32),
    AuthType: readAuthType(input) ?? missing('AuthType'),
    InvokeMode: readInvokeMode(input) ?? 'BUFFERED',
    CreationTime: now,
    LastModifiedTime: now,
    port: 0,
  };
  refuseCors(input);
  owner.fn.urls = { ...owner.fn.urls, [owner.qualifier]: url };
  await frontDoors.openUrl(owner.fn.FunctionName, owner.qualifier, url);
  return show(frontDoors, owner, url);
}

export function getFunctionUrlConfig({ store, frontDoors }: Call, input: Input): Output {
  const owner = findOwner(store, input);
  return show(frontDoors, owner, findUrl(owner));
}

export function updateFunctionUrlConfig({ store, frontDoors }: Call, input: Input): Output {
  const owner = findOwner(store, input);
  const url = findUrl(owner);
  refuseCors(input);
  url.AuthType = readAuthType(input) ?? url.AuthType;
  url.InvokeMode = readInvokeMode(input) ?? url.InvokeMode;
  url.LastModifiedTime = new Date().toISOString();
  return show(frontDoors, owner, url);
}

export async function deleteFunctionUrlConfig({ store, frontDoors }: Call, input: Input): Promise<Output> {
  const owner = findOwner(store, input);
  const url = findUrl(owner);
  delete owner.fn.urls?.[owner.qualifier];
  await frontDoors.closeUrl(url.UrlId);
  return undefined;
}

export function listFunctionUrlConfigs({ store, frontDoors }: Call, input: Input): Output {
  const fn = findFunction(store.state, readName(input).name);
  const nameOf = ([qualifier]: readonly [string, FunctionUrl]) => qualifier;
  const entries = byName(Object.entries(fn.urls ?? {}), nameOf);
  const page = toPage(entries, nameOf, { marker: read.text(input, 'Marker'), size: readFewItems(input) });
  const shown = page.items.map(([qualifier, url]) => show(frontDoors, { fn, qualifier }, url));
  return { FunctionUrlConfigs: shown, NextMarker: page.next };
}

/** Versions have no URLs, aliases and the function itself have. */
function findOwner(store: Call['store'], input: Input): Owner {
  const { name, qualifier } = readName(input);
  const fn = findFunction(store.state, name);
  if (qualifier === undefined) return { fn, qualifier: '' };
  if (qualifier === '$LATEST' || isVersionNumber(qualifier)) {
    throw new AwsError(
      'ValidationException',
      `Value '${qualifier}' at 'qualifier' failed to satisfy constraint: it must be an alias`,
    );
  }
  return { fn, qualifier: findAlias(fn, qualifier).Name };
}

function findUrl({ fn, qualifier }: Owner): FunctionUrl {
  const url = fn.urls?.[qualifier];
  if (!url) throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.');
  return url;
}

function readAuthType(input: Input): FunctionUrl['AuthType'] | undefined {
  const value = read.text(input, 'AuthType');
  if (value !== undefined) checkChoice(validation, 'AuthType', value, ['NONE', 'AWS_IAM']);
  return value as FunctionUrl['AuthType'] | undefined;
}

function readInvokeMode(input: Input): FunctionUrl['InvokeMode'] | undefined {
  const value = read.text(input, 'InvokeMode');
  if (value !== undefined) checkChoice(validation, 'InvokeMode', value, ['BUFFERED', 'RESPONSE_STREAM']);
  return value as FunctionUrl['InvokeMode'] | undefined;
}

function refuseCors({ Cors }: Input): void {
  if (Cors === undefined) return;
  throw new AwsError(
    'InvalidParameterValueException',
    'Cors of a function URL is not implemented by the local platform',
  );
}

function missing(member: string): never {
  throw new AwsError(
    'ValidationException',
    `Value null at '${member}' failed to satisfy constraint: Member must not be null`,
  );
}

function show(frontDoors: Call['frontDoors'], { fn, qualifier }: Owner, url: FunctionUrl): Record<string, unknown> {
  const { AuthType, InvokeMode, CreationTime, LastModifiedTime } = url;
  return {
    FunctionUrl: frontDoors.functionUrl(url),
    FunctionArn: toFunctionArn(fn.FunctionName, qualifier === '' ? undefined : qualifier),
    AuthType,
    InvokeMode,
    CreationTime,
    LastModifiedTime,
  };
}
