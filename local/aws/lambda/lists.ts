/** What Lambda's lists share. */
import type { LambdaFunction } from '../../model.ts';
import { toFunctionArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { readPageSize } from '../pages.ts';
import { read, validation } from './names.ts';
import { showListed } from './show.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html: more than 50 may be asked for, and 50 come. */
const maxListed = 50;
const bounds = { code: validation, usual: maxListed, min: 1 };

export function readMaxItems(input: Input): number {
  return Math.min(readPageSize(read, input, 'MaxItems', { ...bounds, max: 10_000 }), maxListed);
}

/** Of what a function has few of: more than come cannot be asked for. */
export function readFewItems(input: Input): number {
  return readPageSize(read, input, 'MaxItems', { ...bounds, max: maxListed });
}

/** A marker by which `$LATEST` comes first, and the versions in the order of their numbers. */
export function toVersionMarker({ Version }: Readonly<Record<string, unknown>>): string {
  return String(Version).padStart(12, '0');
}

/** `$LATEST` first, then the published versions by number. */
export function listAll(fn: LambdaFunction): Record<string, unknown>[] {
  return [fn.latest, ...Object.values(fn.versions)].map((version) =>
    showListed(version, toFunctionArn(fn.FunctionName, version.Version)),
  );
}
