/** The SDK clients a deploy works with. Loading them is what costs, so only commands that deploy import this file. */
import type { ACMClient } from '@aws-sdk/client-acm';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Route53Client } from '@aws-sdk/client-route-53';
import type { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import type { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { once } from '../once.ts';
import type { ClientSettings } from './session.ts';

/** What only a stage with a domain needs. */
export interface DomainClients {
  readonly acm: ACMClient;
  readonly route53: Route53Client;
}

/** What only a stage with alerts needs. */
export interface AlertClients {
  readonly cloudwatch: CloudWatchClient;
  readonly sns: SNSClient;
}

export interface Clients {
  readonly api: ApiGatewayV2Client;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  /** Loaded when it is asked for: only packages above the direct limit need it. */
  readonly s3: () => Promise<S3Client>;
  readonly ssm: SSMClient;
  /** Loaded when they are asked for: only stages with a domain need them. */
  readonly domains: () => Promise<DomainClients>;
  readonly scheduler: SchedulerClient;
  /** Loaded when they are asked for: only stages with alerts need them. */
  readonly alerts: () => Promise<AlertClients>;
}

export function createClients(settings: ClientSettings): Clients {
  return {
    api: new ApiGatewayV2Client(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    ssm: new SSMClient(settings),
    scheduler: new SchedulerClient(settings),
    s3: once(async () => new (await import('@aws-sdk/client-s3')).S3Client(settings)),
    domains: once(() => createDomainClients(settings)),
    alerts: once(() => createAlertClients(settings)),
  };
}

async function createDomainClients(settings: ClientSettings): Promise<DomainClients> {
  const [{ ACMClient }, { Route53Client }] = await Promise.all([
    import('@aws-sdk/client-acm'),
    import('@aws-sdk/client-route-53'),
  ]);
  return { acm: new ACMClient(settings), route53: new Route53Client(settings) };
}

async function createAlertClients(settings: ClientSettings): Promise<AlertClients> {
  const [{ CloudWatchClient }, { SNSClient }] = await Promise.all([
    import('@aws-sdk/client-cloudwatch'),
    import('@aws-sdk/client-sns'),
  ]);
  return { cloudwatch: new CloudWatchClient(settings), sns: new SNSClient(settings) };
}
