/** Who deploys, and where to: asked before anything else, so that a wrong account is noticed before it is changed. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { UpError } from '../errors.ts';
import { fromAwsError, noRegion } from './errors.ts';
import type { Session } from './session.ts';

/** Milliseconds. It answers at once; who is not there at all is seen here, before anything is built. */
const requestTimeout = 10_000;

export interface Identity {
  readonly account: string;
  readonly region: string;
}

/** Rejects with UP_AUTH_* before UP_REGION_MISSING: without credentials no region helps. */
export async function readIdentity(session: Session): Promise<Identity> {
  try {
    return await ask(session);
  } catch (error) {
    throw ofProfile(error, session.profile);
  }
}

const credentialsExit = 3;

/** Credentials that a profile lacks, or that have expired in it, are got for that profile. */
function ofProfile(error: unknown, profile: string | undefined): unknown {
  const known = fromAwsError(error);
  if (profile === undefined || known?.exit !== credentialsExit) return error;
  const login = `aws sso login --profile ${profile}`;
  return new UpError(known.code, known.message, {
    evidence: [`Profile    ${profile}`, known.evidence].filter(Boolean).join('\n'),
    hint: known.code === 'UP_AUTH_EXPIRED' ? login : `aws configure --profile ${profile}, or ${login}`,
    cause: error,
  });
}

async function ask(session: Session): Promise<Identity> {
  const sts = new STSClient(session.client);
  await sts.config.credentials();
  const region = await sts.config.region().catch((cause: unknown) => {
    throw noRegion(cause);
  });
  const { Account = '' } = await sts.send(new GetCallerIdentityCommand({}), { requestTimeout });
  return { account: Account, region };
}
