/** Ends of lines, and what some decoder takes for one, wherever a request has room. */
import fc from 'fast-check';
import { anyMethod, anyPlace, joined, oneOf, type Payload, payload } from '../payload.ts';

const lineBreak = oneOf(
  ...['\r\n', '\n', '\r', '\r\n\r\n', '%0d%0a', '%0D%0A', '%0a', '%0d', '%0d%0a%0d%0a', '%250d%250a', '%u000d%u000a'],
  ...['\u2028', '\u2029', '%e2%80%a8', '\u0085', '%c2%85', '%85', '\u000b', '\u000c', '%0b', '\0', '%00', '\\r\\n'],
  // Cut down to their low bytes, these are CR and LF.
  ...[
    '\u560a\u560d',
    '%E5%98%8A%E5%98%8D',
    '\u010d\u010a',
    '%c4%8d%c4%8a',
    '\u{1f40d}\u{1f40a}',
    '\r\n\t',
    '\n ',
    '%c0%8a',
  ],
);

const rest = oneOf(
  ...['Set-Cookie: stolen=1', 'Set-Cookie:%20stolen=1', 'Location: //evil.example', 'Location:%20//evil.example'],
  ...['Access-Control-Allow-Origin: *', 'Content-Length: 0', 'Transfer-Encoding: chunked', 'X-Request-Id: mine'],
  ...['HTTP/1.1 200 OK', 'GET /up.json HTTP/1.1', '<script>alert(1)</script>', 'x', '', 'X-Stage: production'],
);

const broken = fc
  .tuple(
    oneOf('', 'a', 'https://app.example', 'bytes=0-1', '"x"', 'gzip', 'en', 'Basic '),
    fc.array(joined(lineBreak, rest), { minLength: 1, maxLength: 3 }),
    oneOf('', '/', 'b'),
  )
  .map(([before, breaks, after]) => before + breaks.join('') + after);

const fieldName = oneOf(
  ...[
    'origin',
    'accept',
    'accept-encoding',
    'accept-language',
    'range',
    'if-range',
    'if-none-match',
    'if-modified-since',
  ],
  ...[
    'authorization',
    'cookie',
    'host',
    'user-agent',
    'referer',
    'content-type',
    'x-forwarded-for',
    'x-forwarded-proto',
  ],
  ...['access-control-request-method', 'access-control-request-headers', 'x-request-id', 'X-Amzn-Trace-Id', 'x-stage'],
  ...[
    'x_request_id',
    'x-original-path',
    'x-context',
    'connection',
    'expect',
    'te',
    'transfer-encoding',
    'content-length',
  ],
);

export const lineBreaks: fc.Arbitrary<Payload> = fc.oneof(
  { weight: 4, arbitrary: payload({ method: anyMethod, path: joined(anyPlace, broken) }) },
  {
    weight: 2,
    arbitrary: payload({
      path: anyPlace,
      query: fc.oneof(
        broken,
        broken.map((text) => `a=${text}`),
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: payload({
      method: anyMethod,
      path: anyPlace,
      fields: fc.array(fc.tuple(fieldName, broken), { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: payload({ path: anyPlace, fields: fc.array(fc.tuple(broken, broken), { minLength: 1, maxLength: 2 }) }),
  },
  { weight: 1, arbitrary: payload({ path: anyPlace, method: broken.map((text) => `GET${text}`) }) },
);
