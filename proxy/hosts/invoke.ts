/** Signed calls of Lambda's Invoke, for pings. Loaded for the first of them only. */
import { AwsClient } from 'aws4fetch';
import { credentialsOf, endpointOf, regionOf } from '../aws.ts';

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
  const client = new AwsClient({
    ...credentialsOf(environment),
    service: 'lambda',
    region: regionOf(environment),
    retries: 2,
  });
  const url = `${endpointOf(environment, 'lambda')}/2015-03-31/functions/${encodeURIComponent(functionArn)}/invocations`;
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
