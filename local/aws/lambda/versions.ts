/** Published versions: immutable copies of `$LATEST`, numbered from 1, numbers never used twice. */
import { randomUUID } from 'node:crypto';
import type { FunctionVersion, LambdaFunction } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { toFunctionArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { toPage } from '../pages.ts';
import { checkRevision, findFunction } from './find.ts';
import { listAll, readMaxItems, toVersionMarker } from './lists.ts';
import { read, readBareName } from './names.ts';
import { checkDescription } from './settings.ts';
import { showVersion, toLastModified } from './show.ts';
import { checkChangeable, soon } from './states.ts';

export function publishVersion(call: Call, input: Input): Output {
  const { store, engine, now } = call;
  const fn = findFunction(store.state, readBareName(input));
  checkChangeable(fn.latest, now());
  checkRevision(read.text(input, 'RevisionId'), fn.latest.RevisionId, 'GetFunction');
  checkCode(read.text(input, 'CodeSha256'), fn.latest.CodeSha256);
  const description = checkDescription(read.text(input, 'Description') || fn.latest.Description);
  const version = publish(fn, description, call);
  engine.refresh(fn.FunctionName);
  return showVersion(version, toFunctionArn(fn.FunctionName, version.Version), now());
}

function checkCode(sent: string | undefined, current: string): void {
  if (sent === undefined || sent === '' || sent === current) return;
  throw new AwsError(
    'InvalidParameterValueException',
    `CodeSHA256 (${sent}) is different from current CodeSHA256 in $LATEST (${current}). Please try again with the CodeSHA256 in $LATEST.`,
  );
}

/** A new version of `$LATEST`, or the last one when nothing changed since. */
export function publish(fn: LambdaFunction, description: string, call: Call): FunctionVersion {
  const last = fn.versions[String(fn.nextVersion - 1)];
  if (last && last.CodeSha256 === fn.latest.CodeSha256 && last.ConfigSha256 === fn.latest.ConfigSha256) return last;
  const { activeAt: _, updatedAt: __, ...latest } = fn.latest;
  const activeAt = soon(call);
  const version: FunctionVersion = {
    ...latest,
    Version: String(fn.nextVersion),
    Description: description,
    LastModified: toLastModified(call.now()),
    RevisionId: randomUUID(),
    ...(activeAt !== undefined && { activeAt }),
  };
  fn.versions[version.Version] = version;
  fn.nextVersion += 1;
  return version;
}

export function listVersionsByFunction({ store }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  const page = toPage(listAll(fn), toVersionMarker, { marker: read.text(input, 'Marker'), size: readMaxItems(input) });
  return { Versions: page.items, NextMarker: page.next };
}
