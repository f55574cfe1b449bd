/** Who deploys, and where to: asked before anything else, so that a wrong account is noticed before it is changed. */
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
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
  requireSendable(await sts.config.credentials().catch(unreadable));
  const region = await sts.config.region().catch((cause: unknown) => {
    throw noRegion(cause);
  });
  const { Account = '' } = await sts.send(new GetCallerIdentityCommand({}), { requestTimeout });
  return { account: Account, region };
}

/** A profile that leads nowhere throws whatever the SDK stumbles over. */
function unreadable(cause: unknown): never {
  if (fromAwsError(cause) !== null) throw cause;
  throw new UpError('UP_AUTH_MISSING', 'The AWS credentials cannot be read', {
    evidence: `The SDK    ${cause instanceof Error ? cause.message : cause}`,
    hint: 'check ~/.aws/config and ~/.aws/credentials',
    cause,
  });
}

/** A line break that was copied along cannot be sent, or is taken for another key. */
function requireSendable({ accessKeyId, secretAccessKey, sessionToken = '' }: AwsCredentialIdentity): void {
  const parts = { 'access key': accessKeyId, 'secret key': secretAccessKey, 'session token': sessionToken };
  const [name] = Object.entries(parts).find(([, value]) => !/^[!-~]*$/.test(value)) ?? [];
  if (name === undefined) return;
  throw new UpError(
    'UP_AUTH_EXPIRED',
    `The ${name} of AWS holds a space, a line break or another character no key has`,
    {
      hint: 'set it again, without what was copied along',
    },
  );
}
