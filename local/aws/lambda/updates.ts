/** Changes to `$LATEST`: its code and its configuration. Every change gives a new RevisionId. */
import { randomUUID } from 'node:crypto';
import type { FunctionVersion, LambdaFunction } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { toFunctionArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { checkRevision, findFunction } from './find.ts';
import { read, readBareName } from './names.ts';
import { hashSettings, readArchitectures, readSettings } from './settings.ts';
import { showVersion, toLastModified } from './show.ts';
import { checkChangeable, soon } from './states.ts';
import { publish } from './versions.ts';
import { readZip } from './zip.ts';

export async function updateFunctionCode(call: Call, input: Input): Promise<Output> {
  const { store, engine, now } = call;
  const fn = findFunction(store.state, readBareName(input));
  checkChangeable(fn.latest, now());
  checkRevision(read.text(input, 'RevisionId'), fn.latest.RevisionId, 'GetFunction');
  const Architectures = readArchitectures(input, fn.latest.Architectures);
  const code = await store.putCode(await readZip(call, input));
  const changed = { ...fn.latest, ...code, Architectures, ConfigSha256: hashSettings(fn.latest, Architectures) };
  if (read.flag(input, 'DryRun')) return showVersion(changed, fn.FunctionArn, now());
  setLatest(fn, changed, call);
  const version = read.flag(input, 'Publish') ? publish(fn, fn.latest.Description, call) : fn.latest;
  engine.refresh(fn.FunctionName);
  const arn = version === fn.latest ? fn.FunctionArn : toFunctionArn(fn.FunctionName, version.Version);
  return showVersion(version, arn, now());
}

export function updateFunctionConfiguration(call: Call, input: Input): Output {
  const { store, engine, now } = call;
  const fn = findFunction(store.state, readBareName(input));
  checkChangeable(fn.latest, now());
  checkRevision(read.text(input, 'RevisionId'), fn.latest.RevisionId, 'GetFunction');
  const settings = readSettings(store.state, input, fn.latest, now());
  const ConfigSha256 = hashSettings(settings, fn.latest.Architectures);
  setLatest(fn, { ...fn.latest, ...settings, ConfigSha256 }, call);
  engine.refresh(fn.FunctionName);
  return showVersion(fn.latest, fn.FunctionArn, now());
}

function setLatest(fn: LambdaFunction, version: FunctionVersion, call: Call): void {
  const { updatedAt: _, ...rest } = version;
  const updatedAt = soon(call);
  fn.latest = {
    ...rest,
    LastModified: toLastModified(call.now()),
    RevisionId: randomUUID(),
    ...(updatedAt !== undefined && { updatedAt }),
  };
}
