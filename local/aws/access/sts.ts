/**
 * Who may call STS: everybody may ask for their own identity, whatever a policy says.
 * https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
import type { sts } from '../sts.ts';
import type { NeedsOf } from './need.ts';

export const stsNeeds: NeedsOf<typeof sts> = { GetCallerIdentity: () => [] };
