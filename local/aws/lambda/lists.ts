/** What Lambda's lists share. */
import type { LambdaFunction } from '../../model.ts';
import { toFunctionArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { read } from './names.ts';
import { showListed } from './show.ts';

/** AWS gives at most this many of a list at once. */
const maxListed = 50;

export function readMaxItems(input: Input): number {
  return Math.min(Math.max(read.number(input, 'MaxItems') ?? maxListed, 1), maxListed);
}

/** `$LATEST` first, then the published versions by number. */
export function listAll(fn: LambdaFunction): Record<string, unknown>[] {
  return [fn.latest, ...Object.values(fn.versions)].map((version) =>
    showListed(version, toFunctionArn(fn.FunctionName, version.Version)),
  );
}
