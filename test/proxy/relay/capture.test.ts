import { describe, expect, test } from 'vitest';
import { createLog } from '../../../proxy/log.ts';
import { type CaptureOptions, capture } from '../../../proxy/relay/capture.ts';
import { type LogRecord, recorder } from '../apps.ts';

const options: CaptureOptions = { disable: false, level: 'info', stream: 'stdout' };

function recordsOf(text: string, changed: Partial<CaptureOptions> = {}): LogRecord[] {
  const { log, records } = recorder();
  const lines = capture(log, { ...options, ...changed }, () => {});
  lines.write(Buffer.from(text));
  lines.end();
  return records;
}

const recordOf = (line: string) => recordsOf(line)[0];

describe('a line of text', () => {
  test('becomes the message of a record at the level of its stream', () => {
    expect(recordsOf('hello\nworld', { level: 'error' })).toEqual([
      { level: 'error', message: 'hello', fields: {} },
      { level: 'error', message: 'world', fields: {} },
    ]);
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
  ])('stays text, whatever it looks like: %s', (_title, line) => {
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
    ['info', 'info'],
    ['INFO', 'info'],
    ['notice', 'info'],
    ['Warning', 'warn'],
    ['error', 'error'],
    ['critical', 'fatal'],
    ['emerg', 'fatal'],
  ])('has its own level: %s is %s', (level, expected) => {
    expect(recordOf(JSON.stringify({ level, message: 'x' }))?.level).toBe(expected);
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
  ])('keeps its message and fields: %s', (_title, line, record) => {
    expect(recordOf(JSON.stringify(line))).toEqual(record);
  });

  test('may be nested deeper than any stack', () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    expect(recordOf(`{"level":"info","message":${deep}}`)?.level).toBe('info');
  });

  test('nested deeper than any stack is still written as one line of JSON', () => {
    const written: string[] = [];
    const identity = { app: 'a', stage: 's', version: '1', commit: 'c' };
    const log = createLog({ identity, level: 'info', destination: { write: (line) => void written.push(line) } });
    const lines = capture(log, options, () => {});
    lines.write(Buffer.from(`{"level":"info","message":"x","deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}\n`));
    expect(written).toHaveLength(1);
    expect(JSON.parse(written[0] ?? '')).toMatchObject({ message: 'x', fields: identity });
  });
});

describe('logs.disable', () => {
  test('logs nothing, and still hands every line to the evidence', () => {
    const { log, records } = recorder();
    const seen: string[] = [];
    const lines = capture(log, { ...options, disable: true }, (line) => seen.push(line));
    lines.write(Buffer.from('a\n{"level":"error","msg":"b"}\n'));
    expect(records).toEqual([]);
    expect(seen).toEqual(['a', '{"level":"error","msg":"b"}']);
  });
});
