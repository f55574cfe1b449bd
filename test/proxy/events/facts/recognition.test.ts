/** 3.1: how events are told apart. */
import { requestOf } from '../converting.ts';
import { type Fact, facts, fixture, formatOf, lineOf, targetOf } from './facts.ts';

const recognised: [string, string, string][] = [
  ['3.1 version "2.0" and requestContext.http is payload 2.0', 'http-api-get', 'payload-v2'],
  ['3.1 a Function URL sends payload 2.0 as well', 'function-url-get', 'payload-v2'],
  ['3.1 httpMethod and resource is a REST API', 'rest-get', 'payload-v1'],
  ['3.1 an HTTP API of payload 1.0 adds version "1.0"', 'http-api-v1-get', 'payload-v1'],
  ['3.1 requestContext.elb is a load balancer', 'alb-single-get', 'alb'],
  ['3.1 requestContext.elb is a load balancer in multi-value mode too', 'alb-multi-get', 'alb'],
  ['3.1 a health check is an event of the load balancer', 'alb-health-check', 'alb'],
  ['3.1 requestContext.serviceArn is Lattice 2.0, whose version is "2.0" as well', 'lattice-v2-get', 'lattice-v2'],
  ['3.1 raw_path and method without a context is Lattice 1.0', 'lattice-v1-get', 'lattice-v1'],
  ['3.1 connectionId and eventType CONNECT is a WebSocket', 'websocket-connect', 'websocket'],
  ['3.1 connectionId and eventType MESSAGE is a WebSocket', 'websocket-message', 'websocket'],
  ['3.1 connectionId and eventType DISCONNECT is a WebSocket', 'websocket-disconnect', 'websocket'],
  ['3.1 Records of a queue are no request', 'sqs-batch', 'other'],
  ['3.1 Records[0].cf is an event of the edge, which is no front door of ours', 'edge-viewer-request', 'other'],
  ['3.1 an EventBridge event has a version too, of its own', 'eventbridge-rule', 'other'],
  ['3.1 a REST event behind a mapping carries rawPath and is REST', 'rest-base-path-mapping', 'payload-v1'],
  ['3.1 a console test of REST lacks its context (SX 500, SR throws)', 'rest-console-test', 'payload-v1'],
];

facts([
  ...recognised.map(([title, name, format]): Fact => [title, () => formatOf(fixture(name)), format]),
  [
    '3.1 rawPath alone does not make payload 2.0',
    () => formatOf({ rawPath: '/x', version: '2.0', requestContext: {} }),
    'other',
  ],
  ['3.1 raw_path alone does not make Lattice 1.0', () => formatOf({ raw_path: '/x' }), 'other'],
  [
    '3.1 serviceArn alone does not make Lattice 2.0',
    () => formatOf({ version: '1.0', requestContext: { serviceArn: 'arn:aws:vpc-lattice:x' } }),
    'other',
  ],
  [
    '3.1 elb decides before httpMethod',
    () => formatOf({ httpMethod: 'GET', resource: '/', path: '/', requestContext: { elb: {} } }),
    'alb',
  ],
  [
    '3.1 console tests: null headers, no context (SX 500, SR throws)',
    () => lineOf(fixture('rest-console-test')),
    'GET /',
  ],
  [
    '3.1 console tests: payload 2.0 with nothing but what AWS guarantees',
    () => lineOf({ version: '2.0', requestContext: { http: {} } }),
    'GET /',
  ],
  [
    '3.1 console tests: payload 2.0 in which the rest is null',
    () =>
      lineOf({
        version: '2.0',
        rawPath: null,
        rawQueryString: null,
        headers: null,
        cookies: null,
        body: null,
        isBase64Encoded: null,
        requestContext: { http: { method: null, path: null, sourceIp: null }, domainName: null, stage: null },
      }),
    'GET /',
  ],
  [
    '3.1 console tests: a load balancer’s event in which the rest is null',
    () =>
      lineOf({ requestContext: { elb: {} }, httpMethod: null, path: null, headers: null, queryStringParameters: null }),
    'GET /',
  ],
  ['3.1 console tests: Lattice without headers', () => lineOf({ raw_path: '/x', method: 'PUT' }), 'PUT /x'],
  [
    '3.1 the path of a REST event with rawPath is its path',
    () =>
      targetOf(
        fixture('rest-base-path-mapping', {
          rawPath: '/other',
          queryStringParameters: null,
          multiValueQueryStringParameters: null,
        }),
      ),
    '/shop/prod/x',
  ],
  ['3.1 null is posted', async () => (await requestOf(null)) !== '400 UP_EVENT_UNSUPPORTED', true],
  ['3.1 a list is posted', () => lineOf([]), 'POST /events'],
  ['3.1 a text is posted', () => lineOf('hello'), 'POST /events'],
]);
