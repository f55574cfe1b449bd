/** Everything that goes wrong on the user's side of a build: what happened, and what to do next. */

export interface BuildErrorParts {
  /** What to do next. */
  readonly hint?: string;
  /** Text that shows the cause: the output of a hook, the lines of a compiler, a table of sizes. */
  readonly evidence?: string;
  /** The facts of the message once more, for programs. */
  readonly details?: Readonly<Record<string, string | number | null>>;
}

export class UpBuildError extends Error {
  readonly code: string;
  readonly hint?: string;
  readonly evidence?: string;
  readonly details?: Readonly<Record<string, string | number | null>>;

  constructor(code: string, message: string, parts: BuildErrorParts = {}) {
    super(message);
    this.name = 'UpBuildError';
    this.code = code;
    if (parts.hint !== undefined) this.hint = parts.hint;
    if (parts.evidence !== undefined) this.evidence = parts.evidence;
    if (parts.details !== undefined) this.details = parts.details;
  }
}

/** The `code` of a system error such as ENOENT, or undefined. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
