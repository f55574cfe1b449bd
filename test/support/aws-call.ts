/** Which AWS call a request is, read as the local platform reads it. */
import type { IncomingHttpHeaders } from 'node:http';
import { guessService, readScope } from '../../local/aws/detect.ts';
import type { Input } from '../../local/aws/input.ts';
import { services } from '../../local/aws/services.ts';

export interface AwsCall {
  /** As it signs: `apigateway`. */
  readonly service: string;
  readonly operation: string;
  readonly input: Input;
}

export interface AwsRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** What no service here knows goes under its method and path. */
export function readCall({ method = 'GET', url = '/', headers }: AwsRequest, body: Buffer): AwsCall {
  const [path = '/', ...rest] = url.split('?');
  const req = { method, path, query: new URLSearchParams(rest.join('?')), headers, body, size: body.length };
  const service = readScope(req)?.service ?? guessService(req) ?? '';
  const wire = services.get(service)?.wire;
  const { operation, input } = wire?.parse(req) ?? { operation: `${method} ${path}`, input: {} };
  return { service, operation, input };
}
