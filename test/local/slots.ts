/** Functions as the tests of environments need them: a name and a revision. */
import { revisionOf } from '../../local/lambda/concurrency.ts';
import type { FunctionVersion } from '../../local/model.ts';

export function version(name: string, number = '1'): FunctionVersion {
  // `as`: nothing else of it is looked at.
  return { FunctionName: name, Version: number, CodeSha256: 'code', RevisionId: number } as FunctionVersion;
}

export function revision(name: string, number = '1'): string {
  return revisionOf(version(name, number));
}
