/** A request to the fault app as the event of a Function URL (payload 2.0), whose answers may be whole or streamed. */

export interface DrillRequest {
  readonly method: string;
  readonly path: string;
  readonly act: object;
  readonly token: string;
  readonly key?: string;
  readonly body?: string;
}

const domain = 'drill.lambda-url.us-east-1.on.aws';

export function toDrillEvent({ method, path, act, token, key, body }: DrillRequest): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: '',
    headers: {
      host: domain,
      'x-drill': JSON.stringify(act),
      'x-drill-token': token,
      ...(key !== undefined && { 'idempotency-key': key }),
    },
    requestContext: {
      accountId: 'anonymous',
      apiId: 'drill',
      domainName: domain,
      domainPrefix: 'drill',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.7', userAgent: 'drill' },
      requestId: token,
      routeKey: '$default',
      stage: '$default',
      time: '12/Mar/2025:19:03:58 +0000',
      timeEpoch: Date.now(),
    },
    ...(method !== 'GET' && { body: body ?? bodyOf(token) }),
    isBase64Encoded: false,
  };
}

export function bodyOf(token: string): string {
  return `body of ${token}`;
}
