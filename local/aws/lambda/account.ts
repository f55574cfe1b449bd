/** The limits of an account, AWS's defaults. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
import type { FunctionVersion } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { maxUnzippedBytes } from '../unzip.ts';

export function getAccountSettings({ store }: Call): Output {
  const functions = Object.values(store.state.functions);
  const versions: FunctionVersion[] = functions.flatMap((fn) => [fn.latest, ...Object.values(fn.versions)]);
  return {
    AccountLimit: {
      TotalCodeSize: 80_530_636_800,
      CodeSizeUnzipped: maxUnzippedBytes,
      CodeSizeZipped: 52_428_800,
      ConcurrentExecutions: 1000,
      UnreservedConcurrentExecutions: 1000 - functions.reduce((sum, fn) => sum + (fn.reservedConcurrency ?? 0), 0),
    },
    AccountUsage: {
      TotalCodeSize: versions.reduce((sum, version) => sum + version.CodeSize, 0),
      FunctionCount: functions.length,
    },
  };
}
