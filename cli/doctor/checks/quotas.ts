/** The limits of the account that a deploy or its traffic would run into. */
import { GetAccountSettingsCommand, type GetAccountSettingsCommandOutput } from '@aws-sdk/client-lambda';
import { bytes, percent } from '../../output/format.ts';
import { type Finding, fail, ok, unlessDenied, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';

export async function checkQuotas(patient: Patient): Promise<Finding[]> {
  const { clients } = await patient.scope();
  return unlessDenied('Quota', 'lambda:GetAccountSettings', async () => {
    const settings = await clients.lambda.send(new GetAccountSettingsCommand({}));
    const more = await patient.aws(
      'service-quotas request-service-quota-increase --service-code lambda',
      '--quota-code L-B99A9384 --desired-value 1000',
    );
    return judgeQuotas(settings, { more, prune: patient.up('prune', '-y') });
  });
}

/** New accounts begin with 10; AWS keeps 100 back from what may be reserved. */
const fewEnvironments = 100;
const fullShare = 0.75;
const overfullShare = 0.95;

export function judgeQuotas(
  { AccountLimit, AccountUsage }: Partial<GetAccountSettingsCommandOutput>,
  fixes: { readonly more: string; readonly prune: string },
): Finding[] {
  const { ConcurrentExecutions = 0, UnreservedConcurrentExecutions = 0, TotalCodeSize: most = 0 } = AccountLimit ?? {};
  const used = AccountUsage?.TotalCodeSize ?? 0;
  const share = most === 0 ? 0 : used / most;
  const code = `${bytes(used)} of ${bytes(most)} of code, ${percent(share)}`;
  const free = `${UnreservedConcurrentExecutions} of ${ConcurrentExecutions} environments at once`;
  return [
    UnreservedConcurrentExecutions < fewEnvironments
      ? warn('Quota', `only ${free}`, { fix: fixes.more })
      : ok('Quota', `${free}; ${code}`),
    ...(share < fullShare ? [] : [(share < overfullShare ? warn : fail)('Quota', code, { fix: fixes.prune })]),
  ];
}
