/** How each service of AWS says that it throttles, fails, denies or no longer knows the session. */
import type { Reply } from './fault-proxy.ts';

export type Failure = 'throttle' | 'outage' | 'deny' | 'expire';

/** The service's name in the signature of a request. */
export function serviceOf(authorization = ''): string {
  return /\/([a-z0-9-]+)\/aws4_request/.exec(authorization)?.[1] ?? '';
}

type Shape = 'query' | 'rest-json' | 'json' | 'rest-xml';

const shapes: Readonly<Record<string, Shape>> = {
  acm: 'json',
  apigateway: 'rest-json',
  iam: 'query',
  lambda: 'rest-json',
  logs: 'json',
  monitoring: 'json',
  route53: 'rest-xml',
  s3: 'rest-xml',
  scheduler: 'rest-json',
  sns: 'query',
  ssm: 'json',
  sts: 'query',
};

type Words = Readonly<Record<Failure, readonly [status: number, code: string]>>;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html */
const xmlWords: Words = {
  throttle: [400, 'Throttling'],
  outage: [500, 'InternalFailure'],
  deny: [403, 'AccessDenied'],
  expire: [403, 'ExpiredToken'],
};

/** https://docs.aws.amazon.com/lambda/latest/api/CommonErrors.html */
const restWords: Words = {
  throttle: [429, 'TooManyRequestsException'],
  outage: [500, 'ServiceException'],
  deny: [403, 'AccessDeniedException'],
  expire: [403, 'ExpiredTokenException'],
};

/** JSON 1.1 answers 400 to all that is the client's fault. */
const jsonWords: Words = {
  throttle: [400, 'ThrottlingException'],
  outage: [500, 'InternalFailure'],
  deny: [400, 'AccessDeniedException'],
  expire: [400, 'ExpiredTokenException'],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const s3Words: Words = {
  throttle: [503, 'SlowDown'],
  outage: [500, 'InternalError'],
  deny: [403, 'AccessDenied'],
  expire: [400, 'ExpiredToken'],
};

const user = 'arn:aws:iam::000000000000:user/ada';

export function failure(kind: Failure, service: string, operation: string): Reply {
  const shape = shapes[service] ?? 'rest-json';
  const message = {
    throttle: 'Rate exceeded',
    outage: 'The service encountered an internal error',
    deny: `User: ${user} is not authorized to perform: ${service}:${operation}`,
    expire: 'The security token included in the request is expired',
  }[kind];
  const [status, code] = wordsOf(shape, service)[kind];
  if (shape === 'query' || shape === 'rest-xml') return xml(status, code, message, service === 's3');
  const type = shape === 'json' ? 'application/x-amz-json-1.1' : 'application/json';
  const body = Buffer.from(JSON.stringify({ __type: code, message, Message: message }));
  return { status, headers: { 'content-type': type, 'x-amzn-errortype': code }, body };
}

function wordsOf(shape: Shape, service: string): Words {
  if (service === 's3') return s3Words;
  if (shape === 'json') return jsonWords;
  return shape === 'rest-json' ? restWords : xmlWords;
}

function xml(status: number, code: string, message: string, bare: boolean): Reply {
  const error = `<Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>`;
  const text = bare ? error : `<ErrorResponse>${error}<RequestId>request-7</RequestId></ErrorResponse>`;
  return { status, headers: { 'content-type': 'text/xml' }, body: Buffer.from(text) };
}
