/** STS: who am I. */
import { type Operations, reading } from './call.ts';
import { accountId, callerArn } from './identity.ts';

export const sts = {
  GetCallerIdentity: reading(() => ({
    Arn: callerArn,
    UserId: 'AIDALOCALPLATFORM0000',
    Account: accountId,
  })),
} satisfies Operations;
