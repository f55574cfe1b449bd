/** The SDK clients a deploy works with. Loading them is what costs, so only commands that deploy import this file. */
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { S3Client } from '@aws-sdk/client-s3';
import { SSMClient } from '@aws-sdk/client-ssm';
import type { ClientSettings } from './session.ts';

export interface Clients {
  readonly api: ApiGatewayV2Client;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  /** Loaded when it is asked for: only packages above the direct limit need it. */
  readonly s3: () => Promise<S3Client>;
  readonly ssm: SSMClient;
}

export function createClients(settings: ClientSettings): Clients {
  return {
    api: new ApiGatewayV2Client(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    ssm: new SSMClient(settings),
    s3: lazily(async () => new (await import('@aws-sdk/client-s3')).S3Client(settings)),
  };
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
