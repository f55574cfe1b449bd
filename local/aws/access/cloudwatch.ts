/**
 * Who may call CloudWatch.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html
 */
import type { cloudwatch } from '../cloudwatch.ts';
import type { NeedsOf } from './need.ts';

export const cloudwatchNeeds: NeedsOf<typeof cloudwatch> = {
  GetMetricData: () => [{ action: 'cloudwatch:GetMetricData', resource: '*' }],
};
