/** The services of the platform, by the names they sign with. To add one: its table, its wire format, a line here. */
import { acm } from './acm.ts';
import { apigatewayv2, apigatewayv2Wire } from './apigatewayv2.ts';
import type { Operations } from './call.ts';
import { cloudwatchWire, cloudwatchWireOf } from './cloudwatch/wire.ts';
import { cloudwatch } from './cloudwatch.ts';
import { iam } from './iam.ts';
import { lambda, lambdaWire } from './lambda.ts';
import { logs } from './logs.ts';
import { route53, route53Wire } from './route53.ts';
import { s3, s3Wire } from './s3.ts';
import { scheduler, schedulerWire } from './scheduler.ts';
import { sns } from './sns.ts';
import { ssm } from './ssm.ts';
import { sts } from './sts.ts';
import { jsonWire } from './wire/json.ts';
import { createQuery } from './wire/query.ts';
import type { Wire, WireRequest } from './wire/wire.ts';

export interface Service {
  /** As in error messages and in `onCall`. */
  readonly name: string;
  readonly wire: Wire;
  /** The wire of one request, where clients speak several. */
  readonly wireOf?: (req: WireRequest) => Wire;
  readonly operations: Operations;
}

export const services: ReadonlyMap<string, Service> = new Map(
  Object.entries<Service>({
    lambda: { name: 'lambda', wire: lambdaWire, operations: lambda },
    apigateway: { name: 'apigatewayv2', wire: apigatewayv2Wire, operations: apigatewayv2 },
    monitoring: { name: 'cloudwatch', wire: cloudwatchWire, wireOf: cloudwatchWireOf, operations: cloudwatch },
    s3: { name: 's3', wire: s3Wire, operations: s3 },
    logs: { name: 'logs', wire: jsonWire, operations: logs },
    sns: { name: 'sns', wire: createQuery('http://sns.amazonaws.com/doc/2010-03-31/'), operations: sns },
    ssm: { name: 'ssm', wire: jsonWire, operations: ssm },
    iam: { name: 'iam', wire: createQuery('https://iam.amazonaws.com/doc/2010-05-08/'), operations: iam },
    acm: { name: 'acm', wire: jsonWire, operations: acm },
    route53: { name: 'route53', wire: route53Wire, operations: route53 },
    scheduler: { name: 'scheduler', wire: schedulerWire, operations: scheduler },
    sts: { name: 'sts', wire: createQuery('https://sts.amazonaws.com/doc/2011-06-15/'), operations: sts },
  }),
);
