/**
 * The events that front doors make of a payload, written by hand: what a door decodes is there decoded, and nothing is
 * refused that a front door might refuse.
 */
import type { Payload } from './payload.ts';

export type FormatName = 'payload-v1' | 'payload-v2' | 'alb' | 'lattice-v2';

/** The host of every request, unless the payload says otherwise. */
export const host = 'site.example';
const clientIp = '192.0.2.7';

/** `variant`: front doors of one format differ, in what they decode and in whether maps are single or multiple. */
export const events: Readonly<Record<FormatName, (payload: Payload, variant: number) => object>> = {
  'payload-v1': restEvent,
  'payload-v2': (payload, variant) => (variant % 2 === 0 ? functionUrlEvent(payload) : httpApiEvent(payload)),
  alb: albEvent,
  'lattice-v2': latticeEvent,
};

/** A REST API hands out the path raw, an HTTP API with this format decoded. */
function restEvent({ method, path, query, fields }: Payload, variant: number): object {
  const raw = variant % 2 === 0;
  const pairs = pairsOf(query).map(([name, value]): Pair => [decode(name), decode(value)]);
  return {
    ...(raw ? {} : { version: '1.0' }),
    resource: '/{proxy+}',
    path: raw ? path : decode(path),
    httpMethod: method,
    headers: last(withHost(fields)),
    multiValueHeaders: grouped(withHost(fields)),
    queryStringParameters: last(pairs),
    multiValueQueryStringParameters: grouped(pairs),
    requestContext: {
      path: `/production${path}`,
      stage: raw ? 'production' : '$default',
      domainName: host,
      identity: { sourceIp: clientIp },
    },
    body: null,
    isBase64Encoded: false,
  };
}

function functionUrlEvent(payload: Payload): object {
  return v2Event(payload, payload.path, { domainName: 'abc.lambda-url.us-east-1.on.aws', domainPrefix: 'abc' });
}

function httpApiEvent(payload: Payload): object {
  return v2Event(payload, decode(payload.path), { domainName: host, domainPrefix: 'site' });
}

function v2Event({ method, path, query, fields }: Payload, rawPath: string, domain: object): object {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath,
    rawQueryString: query,
    headers: joined(withHost(fields), ','),
    requestContext: {
      ...domain,
      apiId: 'abc',
      stage: '$default',
      http: { method, path: decode(path), protocol: 'HTTP/1.1', sourceIp: clientIp },
    },
    isBase64Encoded: false,
  };
}

function albEvent({ method, path, query, fields }: Payload): object {
  return {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/a/1' } },
    httpMethod: method,
    path,
    multiValueQueryStringParameters: grouped(pairsOf(query)),
    multiValueHeaders: grouped([...withHost(fields), ['x-forwarded-for', clientIp]]),
    body: '',
    isBase64Encoded: false,
  };
}

/** The query stands in the path, or beside it; values are lists, or texts. */
function latticeEvent({ method, path, query, fields }: Payload, variant: number): object {
  const pairs = pairsOf(query);
  const isInPath = variant % 2 === 0;
  return {
    version: '2.0',
    path: isInPath && query !== '' ? `${path}?${query}` : path,
    method,
    headers: isInPath ? grouped(withHost(fields)) : joined(withHost(fields), ', '),
    ...(isInPath ? {} : { queryStringParameters: grouped(pairs) }),
    requestContext: {
      serviceArn: 'arn:aws:vpc-lattice:us-east-1:000000000000:service/svc-1',
      identity: { sourceVpcArn: 'arn:aws:ec2:us-east-1:000000000000:vpc/vpc-1' },
    },
    body: null,
    isBase64Encoded: false,
  };
}

type Pair = [name: string, value: string];

function withHost(fields: Payload['fields']): Pair[] {
  const pairs = fields.map(([name, value]): Pair => [name, value]);
  return pairs.some(([name]) => name.toLowerCase() === 'host') ? pairs : [['host', host], ...pairs];
}

function pairsOf(query: string): Pair[] {
  if (query === '') return [];
  return query.split('&').map((part) => {
    const [name = '', ...value] = part.split('=');
    return [name, value.join('=')];
  });
}

/** What is no escape stands for itself. */
function decode(text: string): string {
  return text.replace(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) => {
    const bytes = Buffer.from(escapes.replaceAll('%', ''), 'hex');
    return bytes.equals(Buffer.from(bytes.toString('utf8'))) ? bytes.toString('utf8') : escapes;
  });
}

function grouped(pairs: readonly Pair[]): Record<string, string[]> {
  const map: Record<string, string[]> = Object.create(null);
  for (const [name, value] of pairs) map[name] = [...(map[name] ?? []), value];
  return map;
}

function last(pairs: readonly Pair[]): Record<string, string> {
  return Object.assign(Object.create(null), Object.fromEntries(pairs));
}

function joined(pairs: readonly Pair[], separator: string): Record<string, string> {
  const map: Record<string, string> = Object.create(null);
  for (const [name, value] of pairs) map[name] = name in map ? `${map[name]}${separator}${value}` : value;
  return map;
}
