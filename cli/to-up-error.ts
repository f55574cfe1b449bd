/** Whatever was thrown, as an error a user can read. */
import { fromAwsError } from './aws/errors.ts';
import { UpBuildError } from './build/error.ts';
import { isErrorCode, UpError } from './errors.ts';

export function toUpError(error: unknown): UpError {
  if (error instanceof UpError) return error;
  if (error instanceof UpBuildError && isErrorCode(error.code)) {
    return new UpError(error.code, error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(error.evidence !== undefined && { evidence: error.evidence.trimEnd() }),
      cause: error,
    });
  }
  return fromAwsError(error) ?? internal(error);
}

function internal(error: unknown): UpError {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return new UpError('UP_INTERNAL', `Unexpected: ${message}`, {
    cause: error,
    ...(stack !== undefined && { evidence: stack }),
  });
}
