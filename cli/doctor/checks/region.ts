/** The region: that there is one, and that it exists. */
import { nearest } from '../../../config/nearest.ts';
import { regions } from '../../../config/regions.ts';
import { type Finding, fail, ok, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';

const usual = 'us-east-1';

export async function checkRegion({ session, context }: Patient): Promise<Finding[]> {
  const { flags, io } = context;
  if (flags.local) return [ok('Region', 'the local platform')];
  const { STSClient } = await import('@aws-sdk/client-sts');
  const sts = new STSClient((await session()).client);
  const region = await sts.config.region().catch(() => null);
  return [judgeRegion(region, io.env.AWS_REGION ? 'AWS_REGION' : 'AWS_DEFAULT_REGION')];
}

/** `variable`: where it comes from when neither up.json nor a flag says it. */
export function judgeRegion(region: string | null, variable = 'AWS_REGION'): Finding {
  if (region === null) return fail('Region', 'none is configured anywhere', { fix: `export AWS_REGION=${usual}` });
  if (regions.some((known) => known === region)) return ok('Region', region);
  const near = nearest(region, regions);
  if (near === undefined) return warn('Region', `${region} is not one that this program knows`);
  return fail('Region', `there is no ${region}`, { fix: `export ${variable}=${near}` });
}
