/** A refusal of AWS taken apart: who wanted to do what, on what, and why not. */
import { UpError } from '../errors.ts';

export interface Denial {
  readonly user: string;
  /** `lambda:CreateFunction` */
  readonly action: string;
  /** An ARN; not every service names one. */
  readonly resource: string | undefined;
  /** A statement forbids it, so that allowing it is not enough. */
  readonly explicit: boolean;
}

/**
 * What AWS's sentence says; null for another sentence.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
 */
export function parseDenial(message: string): Denial | null {
  const [, user, action, resource] =
    /User: (\S+) is not authorized to perform: ([\w-]+:\w+)(?: on resource: "?([^"\s]+)"?)?/.exec(message) ?? [];
  if (user === undefined || action === undefined) return null;
  return { user, action, resource, explicit: message.includes('with an explicit deny') };
}

/** For users: the action and the resource that a policy has to allow. */
export function deniedError(denial: Denial, requestId: string | undefined, cause: Error): UpError {
  const { user, action, resource, explicit } = denial;
  const lines = [
    ['Action', action],
    ['Resource', resource],
    ['User', user],
    ['Why', explicit ? 'a statement of a policy forbids it' : undefined],
    ['Request', requestId],
  ];
  const evidence = lines.flatMap(([name = '', value]) => (value === undefined ? [] : `${name.padEnd(10)} ${value}`));
  return new UpError('UP_AWS_DENIED', `AWS does not allow ${action}`, {
    evidence: evidence.join('\n'),
    ...(explicit && { hint: 'change the statement that denies it' }),
    cause,
  });
}
