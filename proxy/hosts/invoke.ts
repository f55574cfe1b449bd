/** Signed calls of Lambda's Invoke, for pings. Loaded for the first of them only. */
import { AwsClient } from 'aws4fetch';

export interface InvokeOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** With its qualifier. */
  readonly functionArn: string;
  readonly signal: AbortSignal;
}

/** Rejects when the call is refused or the function fails. https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
export async function invokeFunction(
  { environment, functionArn, signal }: InvokeOptions,
  event: object,
): Promise<unknown> {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION ?? 'us-east-1';
  const client = new AwsClient({
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
    ...(environment.AWS_SESSION_TOKEN !== undefined && { sessionToken: environment.AWS_SESSION_TOKEN }),
    service: 'lambda',
    region,
    retries: 2,
  });
  const url = `${endpoint(environment, region)}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
  const response = await client.fetch(url, {
    method: 'POST',
    body: JSON.stringify(event),
    headers: { 'content-type': 'application/json' },
    signal,
  });
  if (!response.ok || response.headers.has('x-amz-function-error'))
    throw new Error(`Invoke answered ${response.status}: ${(await response.text()).slice(0, 1024)}`);
  return response.json();
}

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
function endpoint(environment: NodeJS.ProcessEnv, region: string): string {
  const set = environment.AWS_ENDPOINT_URL_LAMBDA ?? environment.AWS_ENDPOINT_URL;
  if (set !== undefined && set !== '') return set.replace(/\/+$/, '');
  return `https://lambda.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
