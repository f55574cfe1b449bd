/** Who calls AWS: where the credentials come from, how long they hold, whether AWS takes them, and whose clock is right. */
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { age } from '../../output/format.ts';
import { toUpError } from '../../to-up-error.ts';
import { evidenceOf, type Finding, fail, ok, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { fixCredentials } from './credentials.ts';

/** Sessions that end within it would end within a long deploy. */
const soonMs = 10 * 60_000;

export async function checkIdentity(patient: Patient): Promise<Finding[]> {
  const session = await patient.session();
  if (session.local) return [ok('Identity', 'the local platform takes any')];
  const { STSClient, GetCallerIdentityCommand } = await import('@aws-sdk/client-sts');
  const sts = new STSClient(session.client);
  try {
    const credentials = await sts.config.credentials();
    const ended = expiry(credentials, Date.now());
    if (ended !== null && ended.state === 'fail') return [{ ...ended, ...(await fixFor(patient, 'UP_AUTH_EXPIRED')) }];
    let date: string | undefined;
    sts.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        date = (result.response as { headers?: Record<string, string> }).headers?.date;
        return result;
      },
      { step: 'deserialize', priority: 'low' },
    );
    const { Arn = '', Account = '' } = await sts.send(new GetCallerIdentityCommand({}));
    const who = `${Account}, ${Arn.split(':').at(-1)}, from ${sourceOf(credentials)}`;
    return [ok('Identity', who), ...(ended ? [ended] : []), ...judgeClock(date, Date.now(), process.platform)];
  } catch (thrown) {
    const error = toUpError(thrown);
    // Of these Endpoint and Region tell.
    const isElsewhere = error.code === 'UP_AWS_UNAVAILABLE' || error.code === 'UP_REGION_MISSING';
    const more = isElsewhere ? { hint: error.hint } : await fixFor(patient, error.code, error.evidence);
    return [fail('Identity', error.message, { ...evidenceOf(error), ...more })];
  }
}

async function fixFor({ context }: Patient, code: string, said = ''): Promise<Pick<Finding, 'fix' | 'hint'>> {
  const { flags, io } = context;
  const fix = await fixCredentials({
    env: io.env,
    flag: flags.profile,
    fromFile: await profileOfFile(context),
    code,
    said,
  });
  return { fix };
}

async function profileOfFile(context: Patient['context']): Promise<string | undefined> {
  return context.project().then(
    ({ config }) => config.profile,
    () => undefined,
  );
}

function expiry({ expiration }: AwsCredentialIdentity, now: number): Finding | null {
  if (expiration === undefined) return null;
  const left = expiration.getTime() - now;
  if (left <= 0) return fail('Identity', `the session ended ${age(-left)} ago`);
  return left < soonMs ? warn('Session', `ends in ${age(left)}`) : ok('Session', `holds for ${age(left)}`);
}

/** The SDK notes which of its providers found them. */
const sources: readonly (readonly [feature: RegExp, name: string])[] = [
  [/^CREDENTIALS_ENV_VARS_STS_WEB_ID/, 'a web identity token'],
  [/^CREDENTIALS_ENV_VARS$/, 'AWS_ACCESS_KEY_ID'],
  [/SSO/, 'SSO'],
  [/LOGIN/, 'aws login'],
  [/PROCESS/, 'credential_process'],
  [/ASSUME_ROLE|NAMED_PROVIDER|SOURCE_PROFILE/, 'a role of the profile'],
  [/^CREDENTIALS_PROFILE/, 'the shared AWS files'],
  [/IMDS/, 'the instance'],
  [/HTTP/, 'the container'],
];

export function sourceOf(credentials: object): string {
  const features = Object.keys((credentials as { readonly $source?: object }).$source ?? {});
  return sources.find(([feature]) => features.some((name) => feature.test(name)))?.[1] ?? "the SDK's chain";
}

/** AWS refuses what is signed more than five minutes away from its own time. */
const mostSkewMs = 5 * 60_000;
const mildSkewMs = 60_000;

const setClock: Readonly<Partial<Record<NodeJS.Platform, string>>> = {
  darwin: 'sudo sntp -sS time.apple.com',
  linux: 'sudo timedatectl set-ntp true',
  win32: 'w32tm /resync',
};

/** `date`: the header of AWS's answer. */
export function judgeClock(date: string | undefined, now: number, platform: NodeJS.Platform): Finding[] {
  const theirs = Date.parse(date ?? '');
  if (Number.isNaN(theirs)) return [];
  const skew = now - theirs;
  const off = Math.abs(skew);
  if (off < mildSkewMs) return [ok('Clock', "as AWS's")];
  const text = `${age(off)} ${skew > 0 ? 'ahead of' : 'behind'} AWS's`;
  const fix = setClock[platform];
  return [(off < mostSkewMs ? warn : fail)('Clock', text, fix === undefined ? {} : { fix })];
}
