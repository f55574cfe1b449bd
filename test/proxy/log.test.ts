import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Fields } from '../../http/log.ts';
import { createLog } from '../../proxy/log.ts';

const identity = { app: 'shop', stage: 'staging', version: '7', commit: 'abc' };

/** The lines that are written of one record. */
function written(message: string, fields?: Fields): string[] {
  const lines: string[] = [];
  const { log } = createLog({ identity, level: 'info', destination: { write: (line) => void lines.push(line) } });
  log.info(message, fields);
  return lines;
}

function recordOf(message: string, fields?: Fields) {
  const lines = written(message, fields);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^\{[^\n\r\u0000-\u0009\u007f-\u009f\u2028\u2029]*\}\n$/);
  return JSON.parse(lines[0] ?? '');
}

test('what the app prints has no threshold, what we say has', () => {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(JSON.parse(line).message) };
  for (const level of ['info', 'debug'] as const) {
    const { log, output } = createLog({ identity, level, destination });
    output.debug(`printed at ${level}`);
    log.debug(`said at ${level}`);
  }
  expect(lines).toEqual(['printed at info', 'printed at debug', 'said at debug']);
});

describe('a record', () => {
  test('apex-up.md 3: has level, time, message and the identity, here without region and plugin', () => {
    expect(recordOf('hello')).toEqual({
      level: 'info',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      message: 'hello',
      fields: identity,
    });
  });

  test.each([
    ['CR and LF', 'a\r\n{"level":"fatal"}'],
    ['NUL and ANSI escapes', '\u0000\u001b[31mred\u001b[0m'],
    ['C1 controls', '\u0085\u009b31m'],
    ['line and paragraph separators', 'a\u2028b\u2029c'],
    ['placeholders', '%s %d %j %%'],
    ['nothing', ''],
  ])('keeps its message on one line: %s', (_title, message) => {
    expect(recordOf(message).message).toBe(message);
    expect(recordOf('x', { text: message, [message]: 1 }).fields).toMatchObject({ text: message, [message]: 1 });
  });

  test('with half of a character is one line all the same', () => {
    expect(recordOf('a\ud800b').message).toMatch(/^a.b$/);
    expect(recordOf(`${'x'.repeat(200)}\udc00`, { '\ud800': '\udc00' }).fields).toMatchObject(identity);
  });

  test('has its own identity, level and message, whatever its fields say', () => {
    const fake = JSON.parse('{"app":"bank","level":"fatal","message":"no","timestamp":1,"__proto__":{"app":"bank"}}');
    const line = written('hello', fake)[0] ?? '';
    expect(JSON.parse(line)).toMatchObject({ level: 'info', message: 'hello', fields: identity });
    expect(line.match(/"app":/g)).toHaveLength(2);
    expect(({} as Record<string, unknown>).app).toBeUndefined();
  });

  test('keeps fields that look like a request or an error of Node', () => {
    const fields = { method: 'GET', headers: { a: '1' }, socket: { b: 2 }, err: { c: 3 }, toJSON: 4 };
    expect(recordOf('x', fields).fields).toEqual({ ...fields, ...identity });
  });

  test.each<[string, () => Fields]>([
    [
      'a circle',
      () => {
        const circle: Record<string, unknown> = {};
        circle.self = circle;
        return circle;
      },
    ],
    ['a BigInt', () => ({ big: 2n ** 70n })],
    [
      'a getter that throws',
      () => ({
        get bad() {
          throw new Error('no');
        },
      }),
    ],
    ['depth beyond any stack', () => ({ deep: JSON.parse('['.repeat(50_000) + ']'.repeat(50_000)) })],
  ])('with %s is written as well as it can be', (_title, fields) => {
    expect(recordOf('x', fields())).toMatchObject({ message: 'x', fields: identity });
  });

  test('with a field that refuses to become JSON is one line all the same', () => {
    const toJSON = () => {
      throw new Error('no');
    };
    expect(recordOf('x', { bad: { toJSON } })).toMatchObject({ level: 'info', message: 'x' });
  });

  test('is lost without a word when its destination fails', () => {
    const write = () => {
      throw new Error('EPIPE');
    };
    const { log } = createLog({ identity, level: 'info', destination: { write } });
    expect(() => log.error('x', { a: 1 })).not.toThrow();
  });

  test('of any text and fields is one line of JSON that gives them back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.dictionary(fc.string(), fc.jsonValue()), (message, fields) => {
        const record = recordOf(message, fields);
        expect(record.message).toBe(message);
        expect(record.fields).toEqual(JSON.parse(JSON.stringify({ ...fields, ...identity })));
      }),
    );
  });
});
