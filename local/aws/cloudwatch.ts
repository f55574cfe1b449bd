/** CloudWatch: what was counted. */
import { type Operations, reading } from './call.ts';
import { getMetricData } from './cloudwatch/metric-data.ts';

export const cloudwatch = {
  GetMetricData: reading(getMetricData),
} satisfies Operations;
