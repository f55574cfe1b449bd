/** What is thrown for a user to read. Its codes are those of error-table.ts. */
import { type ErrorCode, type ErrorEntry, type ExitCode, errorTable } from './error-table.ts';

export interface UpErrorParts {
  /** The next command or edit. Default: the one of the table. */
  readonly hint?: string;
  /** Lines that show the cause, printed as they are. */
  readonly evidence?: string;
  /** Commands that make sense next, for programs. Default: those that the hint proposes. */
  readonly next?: readonly string[];
  readonly cause?: unknown;
}

/** What happened, why one can believe it, and what to do. */
export class UpError extends Error {
  override readonly name = 'UpError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly evidence: string | undefined;
  readonly next: readonly string[];

  constructor(code: ErrorCode, message: string, parts: UpErrorParts = {}) {
    super(message, { cause: parts.cause });
    this.code = code;
    this.hint = parts.hint ?? errorTable[code].hint;
    this.evidence = parts.evidence;
    this.next = parts.next ?? proposed(this.hint, code);
  }

  /** The same error, told otherwise. `next` follows the hint, unless it is given too. */
  with({ message = this.message, ...parts }: UpErrorParts & { readonly message?: string }): UpError {
    const { code, hint, evidence, next, cause } = this;
    const followsHint = parts.hint !== undefined && parts.hint !== hint;
    return new UpError(code, message, {
      hint,
      ...(evidence !== undefined && { evidence }),
      ...(!followsHint && { next }),
      cause,
      ...parts,
    });
  }

  get again(): boolean {
    const entry: ErrorEntry = errorTable[this.code];
    return entry.again === true;
  }

  get exit(): ExitCode {
    return errorTable[this.code].exit;
  }
}

/** Never empty, so that a program that reads the error always has a next step. */
function proposed(hint: string, code: ErrorCode): readonly string[] {
  const entry: ErrorEntry = errorTable[code];
  const first = [hint, entry.hint, entry.next ?? ''].map(proposedIn).find((commands) => commands.length > 0);
  return first ?? [];
}

/**
 * The commands that stand in a hint: alone, at its begin, after a colon, after "or", or in quotes. One with a word in
 * capitals is a pattern to fill in, and none to run.
 */
export function proposedIn(hint: string): string[] {
  const commands = hint.matchAll(/(?:^|: |, |\bor |")((?:up|aws|npm|wsl)(?: [\w./:=%@-]+)*)(?=$|[",?;])/g);
  return [...new Set([...commands].map(([, command = '']) => command))].filter(isRunnable);
}

function isRunnable(command: string): boolean {
  return command === 'up' || command === 'wsl' || (command.includes(' ') && !/ [A-Z]{2,}\b| or /.test(command));
}
