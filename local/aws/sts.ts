/** STS: who am I. */
import { type Operations, reading } from './call.ts';
import { accountId } from './identity.ts';

export const sts = {
  GetCallerIdentity: reading(() => ({
    Arn: `arn:aws:iam::${accountId}:user/local`,
    UserId: 'AIDALOCALPLATFORM0000',
    Account: accountId,
  })),
} satisfies Operations;
