/**
 * What an app prints becomes records of the log: lines, records of loggers, ids, stack traces. One file, because each
 * kind of line has to be told from all the others.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Level } from '../../../http/log.ts';
import { compileRedaction } from '../../../http/redact.ts';
import { createRequestIds } from '../../../http/request-ids.ts';
import { createLog } from '../../../proxy/log.ts';
import { type CaptureOptions, capture } from '../../../proxy/relay/capture.ts';
import { freeze, type LogRecord, recorder, until } from '../apps.ts';

const options: CaptureOptions = { level: 'info' };

function recordsOf(text: string, changed: Partial<CaptureOptions> = {}): LogRecord[] {
  const { log, records } = recorder();
  const lines = capture(log, { ...options, ...changed }, () => {});
  lines.write(Buffer.from(text));
  lines.end();
  return records;
}

const recordOf = (line: string) => recordsOf(line)[0];

describe('a line of text', () => {
  test('apex-up.md 3: becomes the message of a record at the level of its stream', () => {
    expect(recordsOf('hello\nworld', { level: 'error' })).toEqual([
      { level: 'error', message: 'hello', fields: {} },
      { level: 'error', message: 'world', fields: {} },
    ]);
  });

  test('is logged without its colours: a query looks for words', () => {
    expect(recordsOf('\u001b[0mGET /pets \u001b[32m200\u001b[0m 1.2 ms - \u001b[38;5;8m5\u001b[m\n')).toEqual([
      { level: 'info', message: 'GET /pets 200 1.2 ms - 5', fields: {} },
    ]);
    expect(recordOf('\u001b[33mWARNING\u001b[0m:pets.store:slow')).toMatchObject({
      level: 'warn',
      message: 'WARNING:pets.store:slow',
    });
    expect(recordsOf('\u001b[2K\u001b[1Gbuilt\n\u001b[0m\n')).toMatchObject([{ message: 'built' }]);
  });

  test.each<Level>([
    'debug',
    'info',
    'warn',
    'error',
    'fatal',
  ])('apex-up.md 3 trap: is there at any level of its stream, also %s', (level) => {
    expect(recordsOf('hello', { level })).toEqual([{ level, message: 'hello', fields: {} }]);
  });

  test.each<[Level, string, string]>([
    ['info', 'of Python’s http.server', '127.0.0.1 - - [27/Nov/2026 00:00:41] "GET / HTTP/1.1" 200 -'],
    ['info', 'of gunicorn', '10.0.0.1 - kim [27/Nov/2026:00:00:41 +0000] "POST /pets?a=b HTTP/1.1" 500 12 "-" "curl"'],
    ['info', 'of uvicorn', 'INFO:     Started server process [7]'],
    ['debug', 'of Python’s logging', 'DEBUG:root:looking'],
    ['warn', 'of Python’s logging', 'WARNING:pets.store:slow'],
    ['fatal', 'of Python’s logging', 'CRITICAL:root:no disk'],
    ['info', 'of gunicorn', '[2026-11-27 00:00:41 +0000] [7] [INFO] Listening at: http://127.0.0.1:8000 (7)'],
    ['warn', 'of Flask', '[2026-11-27 00:00:41,123] WARNING in store: slow'],
    [
      'info',
      'of PHP’s own server',
      '[Sat Nov 28 02:07:32 2026] PHP 8.2.36 Development Server (http://127.0.0.1:80) started',
    ],
    ['info', 'of PHP’s own server', '[Sat Nov  7 02:07:32 2026] 127.0.0.1:47940 Accepted'],
    ['info', 'of PHP’s own server', '[Sat Nov 28 02:07:33 2026] [::1]:47948 [200]: GET /'],
    ['info', 'of PHP’s own server', '[Sat Nov 28 02:07:33 2026] 127.0.0.1:47948 Closing'],
    [
      'error',
      'of PHP’s own server',
      '[Sat Nov 28 02:07:33 2026] 127.0.0.1:47948 [500]: GET /boom - Uncaught Exception: boom',
    ],
    ['error', 'of PHP', '[Sat Nov 28 02:07:33 2026] PHP Fatal error:  Uncaught Exception: boom in /a.php:1'],
    ['error', 'that only dates itself so', '[2026-11-27 00:00:41 +0000] INFO is what it lacks'],
    ['error', 'that only begins so', 'INFO: nothing of Python'],
    ['error', 'about a request', '127.0.0.1 - - [27/Nov/2026 00:00:41] code 400, message Bad request syntax'],
    ['error', 'that quotes a request', 'failed: "GET / HTTP/1.1" 200 -'],
  ])('on stderr is at the level it says: %s %s', (level, _title, line) => {
    expect(recordsOf(line, { level: 'error' })).toEqual([{ level, message: line, fields: {} }]);
  });

  test('apex-up.md 3 trap: of more than 64 KiB is whole, and not the last', () => {
    const long = 'x'.repeat(100_000);
    expect(recordsOf(`${long}\nnext\n`).map(({ message }) => message)).toEqual([long, 'next']);
  });

  test('that was cut says so', () => {
    expect(recordOf(`${'x'.repeat(300_000)}\n`)?.fields).toEqual({ truncated: true });
  });

  test.each<[string, string]>([
    ['JSON cut off', '{"level":"info","msg":"x"'],
    ['no JSON', '{"level" is not json}'],
    ['a list', '["level"]'],
    ['an object without a level', '{"message":"x"}'],
    ['a level nobody knows', '{"level":"loud","message":"x"}'],
    ['a level of pino’s that has no name', '{"level":35,"message":"x"}'],
    ['a level named like a method', '{"level":"constructor","message":"x"}'],
    ['a level named __proto__', '{"level":"__proto__","message":"x"}'],
    ['a level that cannot be a text', '{"level":{"toString":1},"message":"x"}'],
    ['a level that is null', '{"level":null}'],
    ['a number', '42'],
  ])('apex-up.md 3: stays text, whatever it looks like: %s', (_title, line) => {
    expect(recordOf(line)).toEqual({ level: 'info', message: line, fields: {} });
  });
});

describe('a record of a logger', () => {
  test.each([
    [10, 'debug'],
    [20, 'debug'],
    [30, 'info'],
    [40, 'warn'],
    [50, 'error'],
    [60, 'fatal'],
    ['trace', 'debug'],
    ['silly', 'debug'],
    ['verbose', 'debug'],
    ['http', 'debug'],
    ['log', 'info'],
    ['info', 'info'],
    ['INFO', 'info'],
    ['notice', 'info'],
    ['Warning', 'warn'],
    ['error', 'error'],
    ['critical', 'fatal'],
    ['emerg', 'fatal'],
  ])('apex-up.md 3: has its own level: %s is %s', (level, expected) => {
    expect(recordOf(JSON.stringify({ level, message: 'x' }))).toMatchObject({ level: expected, message: 'x' });
  });

  test.each<[string, object, LogRecord]>([
    [
      'pino',
      {
        level: 50,
        time: 1531171074631,
        pid: 657,
        hostname: 'h',
        msg: 'failed',
        err: { type: 'Error', message: 'm', stack: 's' },
      },
      {
        level: 'error',
        message: 'failed',
        fields: { pid: 657, hostname: 'h', err: { type: 'Error', message: 'm', stack: 's' } },
      },
    ],
    [
      'winston',
      { level: 'warn', message: 'slow', timestamp: '2026-01-01T00:00:00Z', service: 'shop' },
      { level: 'warn', message: 'slow', fields: { service: 'shop' } },
    ],
    [
      'winston that colours what it says',
      { level: '\u001b[32minfo\u001b[39m', message: '\u001b[32mpaid\u001b[39m' },
      { level: 'info', message: 'paid', fields: {} },
    ],
    [
      'bunyan',
      { name: 'shop', hostname: 'h', pid: 1, level: 30, msg: 'hi', time: '2026-01-01T00:00:00Z', v: 0 },
      { level: 'info', message: 'hi', fields: { name: 'shop', hostname: 'h', pid: 1, v: 0 } },
    ],
    [
      'our own',
      { level: 'info', message: 'hi', fields: { user: 7 } },
      { level: 'info', message: 'hi', fields: { user: 7 } },
    ],
    ['one without a message', { level: 'info', a: 1 }, { level: 'info', message: '', fields: { a: 1 } }],
    [
      'one whose message is an object',
      { level: 'info', message: { a: 1 } },
      { level: 'info', message: '{"a":1}', fields: {} },
    ],
    [
      'one whose fields are no object',
      { level: 'info', msg: 'x', fields: [1] },
      { level: 'info', message: 'x', fields: {} },
    ],
  ])('apex-up.md 3: keeps its message and fields, here those beside `fields` too: %s', (_title, line, record) => {
    expect(recordOf(JSON.stringify(line))).toEqual(record);
  });

  test('apex-up.md 3, not here: fatal becomes error', () => {
    expect(recordOf('{"level":"fatal","message":"x"}')?.level).toBe('fatal');
  });

  test('apex-up.md 3: loses its time, which is that of the record', () => {
    expect(recordOf('{"level":"info","message":"x","timestamp":"1999-01-01T00:00:00Z"}')?.fields).toEqual({});
  });

  test('may be nested deeper than any stack', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(recordOf(`{"level":"info","message":${deep}}`)?.level).toBe('info');
  });

  test('nested deeper than any stack is still written as one line of JSON', () => {
    const written: string[] = [];
    const identity = { app: 'a', stage: 's', version: '1', commit: 'c' };
    const { log } = createLog({ identity, level: 'info', destination: { write: (line) => void written.push(line) } });
    const lines = capture(log, options, () => {});
    lines.write(Buffer.from(`{"level":"info","message":"x","deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`));
    expect(written).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ message: 'x', fields: identity });
  });
});

describe('the id of a request', () => {
  const requestIds = createRequestIds();
  requestIds.began('5f2c9a1e-request');

  test.each([
    ['a line of text', 'failed to charge 5f2c9a1e-request\n'],
    ['a record of pino', '{"level":50,"msg":"failed","reqId":"5f2c9a1e-request"}\n'],
    ['a field further down', '{"level":"error","message":"failed","req":{"id":"5f2c9a1e-request"}}\n'],
  ])('is joined to what carries it: %s', (_title, line) => {
    expect(recordsOf(line, { requestIds })).toMatchObject([{ fields: { request_id: '5f2c9a1e-request' } }]);
  });

  test.each([
    'nothing to see\n',
    'another-5f2c9a1e\n',
    '{"level":"info","message":"x"}\n',
  ])('is not joined to what does not: %s', (line) => {
    expect(recordsOf(line, { requestIds })[0]?.fields).not.toHaveProperty('request_id');
  });

  test('brings the trace of the request with it, also when it is the last one that was answered', () => {
    const traced = createRequestIds();
    traced.began('0d1c2b3a-request', '1-67891233-abc');
    const fields = { request_id: '0d1c2b3a-request', trace_id: '1-67891233-abc' };
    expect(recordsOf('charged 0d1c2b3a-request\n', { requestIds: traced })).toMatchObject([{ fields }]);
    traced.ended('0d1c2b3a-request');
    expect(recordsOf('mailed 0d1c2b3a-request\n', { requestIds: traced })).toMatchObject([{ fields }]);
  });

  test('is left as the app says it', () => {
    const line = '{"level":"info","message":"about 5f2c9a1e-request","request_id":"mine"}\n';
    expect(recordsOf(line, { requestIds })).toMatchObject([{ fields: { request_id: 'mine' } }]);
  });
});

test.each([
  ['a record without a level', '{"password":"x","a":1}', '{"password":"[redacted]","a":1}'],
  ['an object as the message', '{"level":"info","message":{"token":"x"}}', '{"token":"[redacted]"}'],
])('secrets are not logged in %s', (_title, line, message) => {
  expect(recordsOf(`${line}\n`, { redaction: compileRedaction() })).toMatchObject([{ message }]);
});

test('secrets in the fields of a record are not logged', () => {
  const line = '{"level":"info","message":"in","headers":{"authorization":"Bearer x","accept":"*/*"}}\n';
  expect(recordsOf(line, { redaction: compileRedaction() })).toMatchObject([
    { fields: { headers: { authorization: '[redacted]', accept: '*/*' } } },
  ]);
});

describe('a stack trace', () => {
  const trace = 'Error: x\n    at a (/app/a.js:1:1)\n    at b (/app/a.js:2:1)';

  /** A stream that arrives in parts, and what is logged of it so far. */
  function opened() {
    const { log, messages } = recorder();
    const seen: string[] = [];
    const sink = capture(log, options, (line) => seen.push(line));
    return { ...sink, print: (text: string) => sink.write(Buffer.from(text)), messages, seen };
  }

  test('apex-up.md 3, not here: each line is a record; it is one, of which every line is seen', () => {
    const { print, messages, seen } = opened();
    print(`before\n${trace}\nafter\n`);
    expect(messages()).toEqual(['before', trace]);
    expect(seen).toEqual(['before', ...trace.split('\n'), 'after']);
  });

  test('is one record however its chunks fall', () => {
    const { print, messages } = opened();
    for (const character of `${trace}\nafter\n`) print(character);
    expect(messages()).toEqual([trace]);
  });

  test('is logged when the stream ends', () => {
    const { print, end, messages } = opened();
    print(trace);
    end();
    expect(messages()).toEqual([trace]);
  });

  test('is logged when it is asked for, once', async () => {
    const { print, flush, messages } = opened();
    print(`${trace}\n`);
    expect(messages()).toEqual([]);
    flush();
    flush();
    expect(messages()).toEqual([trace]);
    print('next\n');
    await until('the next record', () => messages().length > 1);
    expect(messages()).toEqual([trace, 'next']);
  });

  test('is logged when the app falls silent', async () => {
    const { print, messages } = opened();
    print(`${trace}\n`);
    await until('the record', () => messages().length > 0);
    print('later\n');
    await until('the record', () => messages().length > 1);
    expect(messages()).toEqual([trace, 'later']);
  });

  test('waits for what arrived during a freeze, and is logged after it', async () => {
    const { print, messages } = opened();
    print('Error: x\n');
    freeze(60);
    // The timer is due before the loop gets to read this.
    setImmediate(print, '    at a (/app/a.js:1:1)\n');
    await until('the record', () => messages().length > 0);
    expect(messages()).toEqual(['Error: x\n    at a (/app/a.js:1:1)']);
  });

  test('leaves a line without an end to what comes after', async () => {
    const { print, flush, messages } = opened();
    print('first\n{"level":"info","msg":"ha');
    flush();
    print('lf"}\n');
    expect(messages()).toEqual(['first', 'half']);
  });
});

describe('whatever an app prints', () => {
  const identity = { app: 'shop', stage: 'staging', version: '7', commit: 'abc' };

  /** The lines that are written of it by the log as it is. */
  function writtenOf(...chunks: (string | Buffer)[]): string[] {
    const written: string[] = [];
    const { log } = createLog({ identity, level: 'debug', destination: { write: (line) => void written.push(line) } });
    const sink = capture(log, options, () => {});
    for (const chunk of chunks) sink.write(Buffer.from(chunk));
    sink.end();
    return written;
  }

  const fake = '{"level":"info","message":"m","timestamp":1,"app":"bank","fields":{"app":"bank","stage":"x"}}';

  test.each<[string, string | Buffer]>([
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0x61, 0xc3, 0x28, 0x0a])],
    ['NUL', 'a\u0000b\n'],
    ['ANSI escapes', '\u001b[31mred\u001b[0m\u009b1m\n'],
    ['separators of lines that are none', 'a\u2028b\u2029c\u0085d\u000be\u000cf\n'],
    ['a progress bar', '10%\r20%\r30%\r\n'],
    ['JSON that claims to be another app', `${fake}\n`],
    ['JSON with __proto__', '{"level":"info","message":"m","__proto__":{"app":"bank"},"toJSON":1}\n'],
    ['JSON with half of a character', '{"level":"info","message":"\\ud800","\\udc00":"\\ud83d"}\n'],
    ['JSON with numbers beyond doubles', '{"level":"info","message":"m","n":1e999,"i":12345678901234567890}\n'],
    ['JSON that looks like a request of Node', '{"level":"info","method":"GET","headers":{},"socket":{"a":1}}\n'],
  ])('is one line of JSON with our identity: %s', (_title, bytes) => {
    const lines = writtenOf(bytes);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{[^\n\r\u007f-\u009f\u2028\u2029]*\}\n$/);
    expect(JSON.parse(lines[0] ?? '').fields).toMatchObject(identity);
  });

  test('is bounded, even 10 MB without an end of line', () => {
    const lines = writtenOf(...Array<string>(640).fill('x'.repeat(16_384)), '\nnext\n');
    expect(lines.map((line) => JSON.parse(line).fields.truncated)).toEqual([true, undefined]);
    expect(JSON.parse(lines[0] ?? '').message).toHaveLength(256 * 1024);
  });

  test('of any bytes is lines of JSON with our identity', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 })), (chunks) => {
        for (const line of writtenOf(...chunks.map((chunk) => Buffer.from(chunk))))
          expect(JSON.parse(line).fields).toMatchObject(identity);
      }),
    );
  });

  test('a log that fails is told so, and reading goes on', () => {
    const { log, records } = recorder();
    const failing = {
      ...log,
      info: () => {
        throw new Error('broken');
      },
    };
    const sink = capture(failing, options, () => {});
    sink.write(Buffer.from('a\nb\n'));
    sink.end();
    expect(records).toMatchObject([
      { level: 'error', fields: { log_error: 'Error: broken' } },
      { level: 'error', fields: { log_error: 'Error: broken' } },
    ]);
  });
});
