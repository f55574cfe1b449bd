/** Which variables of an app differ between two versions: names only, values are nobody's business. */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { namedVariables } from '../aws/environment.ts';

/** What up itself puts into a version differs with every release. */
const own = /^(?:UP_|AWS_LAMBDA_EXEC_WRAPPER$)/;

export function changedVariables(from: FunctionConfiguration, to: FunctionConfiguration): string[] {
  const [before, after] = [namedVariables(from.Environment?.Variables), namedVariables(to.Environment?.Variables)];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter((name) => !own.test(name) && before[name] !== after[name]).sort();
}
