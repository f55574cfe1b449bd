/** What a check of `up doctor` has found. Plain data. */
import { UpError } from '../errors.ts';
import { toUpError } from '../to-up-error.ts';

export interface Finding {
  /** The label: `Config`, `Access`. */
  readonly check: string;
  /** A warning is no failure; `skipped` is what could not be looked at, for a reason that another finding tells. */
  readonly state: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly text: string;
  /** Lines that show the cause. */
  readonly evidence?: readonly string[];
  /** One line of shell that fixes it, to be run as it is. */
  readonly fix?: string;
  /** What to do where no command can. */
  readonly hint?: string;
}

type More = Pick<Finding, 'evidence' | 'fix' | 'hint'>;

export const ok = (check: string, text: string): Finding => ({ check, state: 'ok', text });
export const warn = (check: string, text: string, more: More = {}): Finding => ({
  check,
  state: 'warn',
  text,
  ...more,
});
export const fail = (check: string, text: string, more: More = {}): Finding => ({
  check,
  state: 'fail',
  text,
  ...more,
});
export const skipped = (check: string, text: string): Finding => ({ check, state: 'skipped', text });

/** Thrown when something is missing that another check reports. */
export class Unmet extends Error {
  override readonly name = 'Unmet';
}

/** A check that threw, as its finding. */
export function fromError(check: string, thrown: unknown, more: Pick<Finding, 'fix'> = {}): Finding {
  if (thrown instanceof Unmet) return skipped(check, thrown.message);
  const error = toUpError(thrown);
  return fail(check, error.message, { ...evidenceOf(error), hint: error.hint, ...more });
}

export function evidenceOf({ evidence }: UpError): Pick<Finding, 'evidence'> {
  return evidence === undefined ? {} : { evidence: evidence.split('\n') };
}

function isUpError(thrown: unknown, code: UpError['code']): thrown is UpError {
  return thrown instanceof UpError && thrown.code === code;
}

/** What only doctor asks for is not in the policy of a deploy: who may not ask has no problem for that. */
export async function unlessDenied(check: string, action: string, look: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await look();
  } catch (thrown) {
    if (!isUpError(toUpError(thrown), 'UP_AWS_DENIED')) throw thrown;
    return [warn(check, `not checked: ${action} is not allowed`, { hint: 'see docs/doctor.md' })];
  }
}
