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
import { publish } from './versions.ts';
import { readZip } from './zip.ts';

export async function updateFunctionCode(call: Call, input: Input): Promise<Output> {
  const { store, engine, now } = call;
  const fn = findFunction(store.state, readBareName(input));
  checkRevision(read.text(input, 'RevisionId'), fn.latest.RevisionId, 'GetFunction');
  const Architectures = readArchitectures(input, fn.latest.Architectures);
  const code = await store.putCode(await readZip(call, input));
  const changed = { ...fn.latest, ...code, Architectures, ConfigSha256: hashSettings(fn.latest, Architectures) };
  if (read.flag(input, 'DryRun')) return showVersion(changed, fn.FunctionArn);
  setLatest(fn, changed, now());
  const version = read.flag(input, 'Publish') ? publish(fn, fn.latest.Description, now()) : fn.latest;
  engine.refresh(fn.FunctionName);
  return showVersion(version, version === fn.latest ? fn.FunctionArn : toFunctionArn(fn.FunctionName, version.Version));
}

export function updateFunctionConfiguration({ store, engine, now }: Call, input: Input): Output {
  const fn = findFunction(store.state, readBareName(input));
  checkRevision(read.text(input, 'RevisionId'), fn.latest.RevisionId, 'GetFunction');
  const settings = readSettings(store.state, input, fn.latest);
  const ConfigSha256 = hashSettings(settings, fn.latest.Architectures);
  setLatest(fn, { ...fn.latest, ...settings, ConfigSha256 }, now());
  engine.refresh(fn.FunctionName);
  return showVersion(fn.latest, fn.FunctionArn);
}

function setLatest(fn: LambdaFunction, version: FunctionVersion, time: number): void {
  fn.latest = { ...version, LastModified: toLastModified(time), RevisionId: randomUUID() };
}
