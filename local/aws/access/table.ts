/** The needs of every operation, by the names that services sign with. A service without a row here fails a test. */
import type { Input } from '../input.ts';
import { acmNeeds } from './acm.ts';
import { apigatewayv2Needs } from './apigatewayv2.ts';
import { cloudwatchNeeds } from './cloudwatch.ts';
import { iamNeeds } from './iam.ts';
import { lambdaNeeds } from './lambda.ts';
import { logsNeeds } from './logs.ts';
import type { Need, Needs } from './need.ts';
import { route53Needs } from './route53.ts';
import { s3Needs } from './s3.ts';
import { schedulerNeeds } from './scheduler.ts';
import { snsNeeds } from './sns.ts';
import { ssmNeeds } from './ssm.ts';
import { stsNeeds } from './sts.ts';

export const needsTable: Readonly<Record<string, Readonly<Record<string, Needs>>>> = {
  acm: acmNeeds,
  apigateway: apigatewayv2Needs,
  iam: iamNeeds,
  lambda: lambdaNeeds,
  logs: logsNeeds,
  monitoring: cloudwatchNeeds,
  route53: route53Needs,
  s3: s3Needs,
  scheduler: schedulerNeeds,
  sns: snsNeeds,
  ssm: ssmNeeds,
  sts: stsNeeds,
};

/** What a call needs; null for one that no row speaks of. */
export function needsOf(
  service: string,
  operation: string,
  input: Input,
  state?: Parameters<Needs>[1],
): readonly Need[] | null {
  const rows = Object.hasOwn(needsTable, service) ? needsTable[service] : undefined;
  const row = rows && Object.hasOwn(rows, operation) ? rows[operation] : undefined;
  return row ? row(input, state) : null;
}
