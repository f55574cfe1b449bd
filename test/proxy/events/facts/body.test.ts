/** 3.6: bodies of requests. */
import { appSees, bodyOf, facts, fixture, seenOf } from './facts.ts';

const binary = '\u0000\u00ff\u0080}\n';
const post = (name: string, body: unknown, isBase64Encoded: unknown = false) =>
  fixture(name, { httpMethod: 'POST', body, isBase64Encoded });
const api = (method: string, body: unknown) => fixture('http-api-get', { body, requestContext: { http: { method } } });

facts([
  ['3.6 HTTP API: base64 is decoded', () => bodyOf(fixture('http-api-post-binary')), binary],
  ['3.6 REST: base64 is decoded', () => bodyOf(fixture('rest-post-binary')), '\u0089PNG\r\n\u001a\n'],
  ['3.6 ALB: base64 is decoded', () => bodyOf(fixture('alb-post-binary')), binary],
  ['3.6 Lattice 2.0: base64 is decoded', () => bodyOf(fixture('lattice-v2-post-binary')), binary],
  ['3.6 Lattice 1.0: is_base64_encoded decides', () => bodyOf(fixture('lattice-v1-post-binary')), binary],
  [
    '3.6 Function URL: multipart comes as base64',
    async () =>
      (await seenOf(fixture('function-url-post-multipart'))).body.includes(
        Buffer.from([0x0d, 0x0a, 0, 0xff, 0x0d, 0x0a]),
      ),
    true,
  ],
  ['3.6 text is UTF-8', () => bodyOf(fixture('http-api-post-json')), Buffer.from('{"name":"Zoë"}').toString('latin1')],
  ['3.6 REST: text is UTF-8', () => bodyOf(post('rest-get', '€')), Buffer.from('€').toString('latin1')],
  ['3.6 null is no body', () => bodyOf(post('rest-get', null)), null],
  ['3.6 an absent one is no body', () => bodyOf(post('alb-single-get', undefined)), null],
  ['3.6 "" is no body', () => bodyOf(post('alb-single-get', '')), null],
  ['3.6 POST without a body says content-length: 0', () => appSees(api('POST', null), 'content-length'), ['0']],
  ['3.6 PUT without a body says content-length: 0', () => appSees(api('PUT', ''), 'content-length'), ['0']],
  ['3.6 PATCH without a body says content-length: 0', () => appSees(api('PATCH', undefined), 'content-length'), ['0']],
  [
    '3.6 GET with a body is legal (HO 400, SR throws, FA drops)',
    async () => String((await seenOf(api('GET', 'x=1'))).body),
    'x=1',
  ],
  ['3.6 HEAD with a body is legal', async () => String((await seenOf(api('HEAD', 'x=1'))).body), 'x=1'],
  ['3.6 DELETE with a body is legal', async () => String((await seenOf(api('DELETE', 'x=1'))).body), 'x=1'],
  ['3.6 an object (SAM, console) is written out', () => bodyOf(post('rest-get', { a: [1] })), '{"a":[1]}'],
  ['3.6 bad base64 is answered 400', () => bodyOf(post('rest-get', '*not base64*', true)), '400 UP_EVENT_BODY'],
  [
    '3.6 isBase64Encoded of another type is answered 400',
    () => bodyOf(post('rest-get', 'AAAA', 'yes')),
    '400 UP_EVENT_BODY',
  ],
]);
