/** Whatever was thrown, as an error a user can read. */
import { fromAwsError } from './aws/errors.ts';
import { UpBuildError } from './build/error.ts';
import { isErrorCode } from './error-table.ts';
import { UpError } from './errors.ts';
import { fileProblem } from './file-problem.ts';

export function toUpError(error: unknown): UpError {
  if (error instanceof UpError) return error;
  if (error instanceof UpBuildError && isErrorCode(error.code)) {
    return new UpError(error.code, error.message, {
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(error.evidence !== undefined && { evidence: error.evidence.trimEnd() }),
      cause: error,
    });
  }
  return fromAwsError(error) ?? fromFileError(error) ?? internal(error);
}

/** What the file system refused; null when it was not the file system. A write to a full disk does not name the file. */
export function fromFileError(error: unknown): UpError | null {
  if (!(error instanceof Error)) return null;
  const { code = '', path, syscall = '', dest } = error as NodeJS.ErrnoException & { readonly dest?: string };
  const problem = fileProblem(code);
  if (problem === undefined || syscall.startsWith('spawn')) return null;
  if (path === undefined && code !== 'ENOSPC' && code !== 'EDQUOT') return null;
  const what = dest ?? path ?? 'A file cannot be written';
  return new UpError('UP_FILE_SYSTEM', `${what}: ${problem}`, {
    evidence: `System     ${error.message}`,
    cause: error,
  });
}

/** The platform's own sentence: of damaged state it says which file that is, and what to do. */
export function notStarted(error: unknown): UpError {
  const message = error instanceof Error ? error.message : String(error);
  return new UpError('UP_LOCAL_START', message, { hint: 'fix what is named above', cause: error });
}

function internal(error: unknown): UpError {
  const message = error instanceof Error ? error.message : String(error);
  const stack = error instanceof Error ? error.stack : undefined;
  return new UpError('UP_INTERNAL', `Unexpected: ${message}`, {
    cause: error,
    ...(stack !== undefined && { evidence: stack }),
  });
}
