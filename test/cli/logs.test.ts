/**
 * A line of the log as a record, and a record as a line for people. One file, because the two are one way, told of the
 * same lines.
 */
import { describe, expect, test } from 'vitest';
import { createDays } from '../../cli/logs/day.ts';
import { readAppOutput } from '../../cli/logs/evidence.ts';
import { type LogRecord, toRecord } from '../../cli/logs/record.ts';
import { renderJson, renderRecord } from '../../cli/logs/render.ts';
import { oneLine, withoutControls } from '../../cli/output/format.ts';
import { createStyle } from '../../cli/output/style.ts';

const at = Date.UTC(2026, 10, 23, 12, 0, 0);
const stamp = '2026-11-23T12:00:00.000Z';
const plain = createStyle({ color: false, unicode: true });
const colored = createStyle({ color: true, unicode: true });

/** The clock of a record is in the zone of the reader. */
function rendered(record: LogRecord, expand = false, style = plain): string {
  return renderRecord(record, { style, expand }).replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS');
}

function record(parts: Partial<LogRecord>): LogRecord {
  return { timestamp: stamp, level: 'info', message: 'hello', fields: {}, ...parts };
}

test('a day stands before the first line of it, but for today', () => {
  const local = (day: number, hour: number) => new Date(2026, 10, day, hour).toISOString();
  const dayBefore = createDays(new Date(2026, 10, 26, 12).getTime());
  const times = [local(24, 9), local(24, 23), local(25, 0), local(26, 11), local(27, 0)];
  expect(times.map(dayBefore)).toEqual(['2026-11-24', '', '2026-11-25', '2026-11-26', '2026-11-27']);
  expect(createDays(new Date(2026, 10, 26, 12).getTime())(local(26, 11))).toBe('');
});

describe('a line', () => {
  const ours = { timestamp: '2026-01-01T00:00:00.000Z', level: 'warn', message: 'm', fields: { a: 1 } };

  test.each<[title: string, line: string, expected: Partial<LogRecord>]>([
    ['of ours is taken as it is', JSON.stringify(ours), ours],
    [
      'of ours with a time that is none has that of its event',
      JSON.stringify({ ...ours, timestamp: 'x' }),
      { ...ours, timestamp: stamp },
    ],
    ['of ours without fields gets none', JSON.stringify({ ...ours, fields: undefined }), { ...ours, fields: {} }],
    ['of text is its message', 'plain text\n', { timestamp: stamp, level: 'info', message: 'plain text', fields: {} }],
    ['of JSON that is no record is text', '{"a":1}', { level: 'info', message: '{"a":1}' }],
    ['of JSON that was cut is text', '{"level":"info","mess', { level: 'info', message: '{"level":"info","mess' }],
    [
      'of START',
      'START RequestId: r-1 Version: 3',
      { level: 'debug', message: 'start', fields: { request_id: 'r-1' } },
    ],
    ['of END', 'END RequestId: r-1', { level: 'debug', message: 'end', fields: { request_id: 'r-1' } }],
    [
      'of REPORT',
      'REPORT RequestId: r-1\tDuration: 12.30 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 97 MB\tInit Duration: 141.86 ms\t',
      {
        level: 'debug',
        message: 'report',
        fields: {
          request_id: 'r-1',
          duration: 12.3,
          billed_duration: 13,
          memory_size: 512,
          max_memory_used: 97,
          init_duration: 141.86,
        },
      },
    ],
    [
      'of a timeout is an error',
      `${stamp} r-1 Task timed out after 3.00 seconds`,
      { level: 'error', message: 'timed out after 3 s (lambda.timeout)', fields: { request_id: 'r-1', timeout: 3000 } },
    ],
    [
      'of a runtime that exited is an error',
      'RequestId: r-1 Error: Runtime exited with error: exit status 1\nRuntime.ExitError',
      {
        level: 'error',
        message: 'Runtime exited with error: exit status 1',
        fields: { request_id: 'r-1', error_type: 'Runtime.ExitError' },
      },
    ],
    [
      'of a runtime that was killed says of what, most likely',
      'RequestId: r-1 Error: Runtime exited with error: signal: killed\nRuntime.ExitError',
      { level: 'error', message: 'killed by Lambda, most likely out of memory (lambda.memory)' },
    ],
    [
      'of a REPORT with a bad end tells it, without the word of HTTP',
      'REPORT RequestId: r-1\tDuration: 12.30 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: error\tError Type: Runtime.OutOfMemory',
      {
        level: 'debug',
        message: 'report',
        fields: { max_memory_used: 128, outcome: 'error', error_type: 'Runtime.OutOfMemory' },
      },
    ],
    [
      'of INIT_START is for machines',
      'INIT_START Runtime Version: nodejs:24.v12\tRuntime Version ARN: arn:aws:lambda:x',
      { level: 'debug', message: 'init', fields: { runtime_version: 'nodejs:24.v12' } },
    ],
    [
      'of an INIT_REPORT that timed out is an error',
      'INIT_REPORT Init Duration: 9999.10 ms\tPhase: init\tStatus: timeout',
      {
        level: 'error',
        message: 'the start of the environment timed out',
        fields: { init_duration: 9999.1, outcome: 'timeout' },
      },
    ],
    [
      'of an INIT_REPORT that failed is an error',
      'INIT_REPORT Init Duration: 10.00 ms\tPhase: invoke\tStatus: error\tError Type: Runtime.ExitError',
      { level: 'error', message: 'the environment failed to start', fields: { error_type: 'Runtime.ExitError' } },
    ],
    [
      'of an extension is for machines',
      'EXTENSION\tName: up\tState: Ready\tEvents: []',
      { level: 'debug', message: 'EXTENSION Name: up State: Ready Events: []' },
    ],
  ])('%s', (_title, line, expected) => {
    expect(toRecord(line, at)).toMatchObject(expected);
  });
});

describe('for people', () => {
  test('a request is one line', () => {
    const fields = {
      ...{ app: 'shop', stage: 'staging', version: '2', commit: 'abc', request_id: 'r-1', ip: '192.0.2.1' },
      ...{ method: 'GET', path: '/pets/7', query: 'q=1', status: 200, duration: 2.2, size: 310, cold: true },
    };
    expect(rendered(record({ message: 'response', fields }))).toMatchInlineSnapshot(
      `"HH:MM:SS  INFO  staging  v2  GET    /pets/7?q=1       200      2 ms     310 B  cold"`,
    );
  });

  test('of a request that failed the id is there, to ask for the rest of it by', () => {
    const fields = {
      stage: 'staging',
      version: '2',
      request_id: '8f5c1234-aaaa',
      method: 'GET',
      path: '/',
      status: 502,
      duration: 11,
      size: 42,
    };
    expect(rendered(record({ level: 'error', message: 'response', fields }))).toMatch(/ 502 .* id 8f5c1234$/);
    expect(rendered(record({ message: 'boom', fields: { request_id: '8f5c1234-aaaa' } }))).toMatch(
      /request_id=8f5c1234$/,
    );
  });

  test('what an app calls by the same name is no request', () => {
    const shown = rendered(record({ message: 'response', fields: { status: 'late', path: '/', duration: 'x' } }));
    expect(shown).toMatch(/ INFO {2}response {2}status=late path=\/ duration=x$/);
  });

  test('what an app printed before it died is counted, and shown by -e', () => {
    const fields = { stderr: ['a', 'b'] };
    expect(rendered(record({ fields }))).toMatch(/stderr=\(2 lines\)$/);
    expect(rendered(record({ fields }), true)).toContain('stderr: ["a","b"]');
  });

  test('a message has its fields behind it, without those that every line has', () => {
    const fields = { app: 'shop', stage: 'staging', version: '2', commit: '', sku: 7, nested: { a: [1] }, gone: null };
    expect(rendered(record({ level: 'warn', message: 'low stock', fields }))).toMatchInlineSnapshot(
      `"HH:MM:SS  WARN  low stock  sku=7 nested={"a":[1]}"`,
    );
  });

  test('-e shows every field on a line of its own', () => {
    const fields = { app: 'shop', request_id: 'r-1', empty: '' };
    expect(rendered(record({ fields }), true)).toMatchInlineSnapshot(`
      "HH:MM:SS  INFO  hello
                app: shop
                request_id: r-1
                empty: "
    `);
  });

  test('colours come with a word, never alone', () => {
    const error = rendered(record({ level: 'error', message: 'boom' }), false, colored);
    expect(error).toContain('\u001b[31mERROR\u001b[39m');
    expect(withoutControls(error)).toContain('ERROR');
  });
});

describe('a narrow terminal', () => {
  const fields = {
    ...{ stage: 'production', version: '12', method: 'GET', path: '/pets' },
    ...{ status: 200, duration: 2.2, size: 310, cold: true },
  };

  test.each([
    [undefined, 'production  v12  GET    /pets             200      2 ms     310 B  cold'],
    [100, 'production  v12  GET    /pets             200      2 ms     310 B  cold'],
    [80, 'production  v12  GET    /pets     200      2 ms     310 B  cold'],
    [76, 'production  v12  GET    /pets  200      2 ms     310 B  cold'],
    [70, 'production  v12  GET    /pets  200  2 ms  310 B  cold'],
    [20, 'production  v12  GET    /pets  200  2 ms  310 B  cold'],
  ])('of %s columns has less room between the figures of a request', (columns, expected) => {
    for (const style of [plain, colored]) {
      const options = { style, expand: false, ...(columns !== undefined && { columns }) };
      const line = renderRecord(record({ message: 'response', fields }), options).replaceAll(/\u001b\[\d+m/g, '');
      expect(line.slice('HH:MM:SS  INFO  '.length)).toBe(expected);
      if (columns !== undefined && columns >= 70) expect(line.length).toBeLessThanOrEqual(columns);
    }
  });

  test.each([
    60, 70, 80, 90,
  ])('of %s columns shows the status of a cold request below that of a warm one', (columns) => {
    const [warm, cold] = [false, true].map((cold) =>
      renderRecord(record({ message: 'response', fields: { ...fields, stage: 'staging', cold } }), {
        ...{ style: plain, expand: false, columns },
      }),
    );
    expect(warm?.indexOf('200')).toBe(cold?.indexOf('200'));
  });
});

describe('a text of several lines', () => {
  const forged = 'a\n12:00:00  ERROR  b';

  test.each<[where: string, record: LogRecord]>([
    ['in a message', record({ message: forged })],
    ['in a level', record({ level: forged })],
    ['in the name of a field', record({ fields: { [forged]: 1 } })],
    ['in the value of a field', record({ fields: { a: forged } })],
    ['in the path of a request', record({ message: 'response', fields: { status: 200, path: forged } })],
    ['in the query of a request', record({ message: 'response', fields: { status: 200, path: '/', query: forged } })],
    ['in the method of a request', record({ message: 'response', fields: { status: 200, path: '/', method: forged } })],
  ])('%s does not pass for a line of ours', (_where, one) => {
    for (const expand of [false, true]) {
      const [, ...more] = rendered(one, expand).split('\n');
      for (const line of more) expect(line).toMatch(/^ {10}/);
    }
  });

  test('is indented', () => {
    expect(rendered(record({ message: 'Error: x\n    at app.js:1' }))).toBe(
      'HH:MM:SS  INFO  Error: x\n              at app.js:1',
    );
  });

  test('stands further in than the fields of -e', () => {
    expect(rendered(record({ message: 'a\nuser: root', fields: { note: 'b\nuser: root' } }), true)).toBe(
      'HH:MM:SS  INFO  a\n            user: root\n          note: b\n            user: root',
    );
  });
});

describe('control characters', () => {
  const evil = '\u001b]0;owned\u0007\u001b[2J\r\b\u0000\u009b31m\u007f\u202a\u202e\u2066\u2069';
  // What is left of it is text without power.
  const harmless = ']0;owned[2J31m';

  const asked = { status: 200, duration: 1, size: 1 };

  test.each<[where: string, record: LogRecord]>([
    ['in a message', record({ message: evil })],
    ['in a level', record({ level: evil })],
    ['in the name of a field', record({ fields: { [evil]: 1 } })],
    ['in the value of a field', record({ fields: { a: evil } })],
    ['deep inside a field', record({ fields: { a: { b: [evil] } } })],
    ['in the path of a request', record({ message: 'response', fields: { ...asked, method: 'GET', path: evil } })],
    ['in the query of a request', record({ message: 'response', fields: { ...asked, path: '/', query: evil } })],
    ['in the method of a request', record({ message: 'response', fields: { ...asked, path: '/', method: evil } })],
    ['in the stage of a request', record({ message: 'response', fields: { ...asked, path: '/', stage: evil } })],
    ['in the status of a request', record({ message: 'response', fields: { status: evil, path: '/' } })],
    ['in the timestamp', record({ timestamp: evil })],
  ])('%s never reach the terminal', (_where, one) => {
    for (const expand of [false, true]) {
      expect(rendered(one, expand)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
    }
  });

  test('are escaped where programs read, so that they read the same', () => {
    const one = record({ message: evil, fields: { a: '\u2028é 日本 😀' } });
    expect(renderJson(one)).toMatch(/^[\u0020-\u007e\u00a0-\u2027\u202f-\u2065\u206a-\uffff]*$/);
    expect(JSON.parse(renderJson(one))).toEqual(one);
  });

  test('are removed, and nothing else is', () => {
    expect(withoutControls(`a${evil}b`)).toBe(`a${harmless}b`);
    expect(withoutControls('tab\tand\nline, é 日本 😀')).toBe('tab\tand\nline, é 日本 😀');
    expect(oneLine('tab\tand\nline\u202e')).toBe('tab\tand line');
  });

  test('are removed from what an app said before it failed', () => {
    const log = `${JSON.stringify(record({ level: 'error', message: `died ${evil}` }))}\nraw ${evil}\n`;
    expect(readAppOutput(log).join('\n')).not.toMatch(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/,
    );
  });
});

describe('what an app said before it failed', () => {
  const line = (parts: Partial<LogRecord>) => JSON.stringify(record(parts));

  test('is what our own record of the failure carries', () => {
    const stderr = ['TypeError: x is not a function', '    at app.js:3:1'];
    const log = [line({ message: 'starting' }), line({ level: 'error', message: 'exited', fields: { stderr } })].join(
      '\n',
    );
    expect(readAppOutput(log)).toEqual(stderr);
  });

  test('is said once, though two records carry it', () => {
    const failed = line({ level: 'error', message: 'exited', fields: { stderr: ['no database'] } });
    expect(readAppOutput(`${failed}\n${failed}`)).toEqual(['no database']);
  });

  test('is what it printed, when nothing is carried, without the noise of the platform', () => {
    const log = [
      'START RequestId: r',
      line({ message: 'starting' }),
      line({ message: 'response' }),
      'END RequestId: r',
    ].join('\n');
    expect(readAppOutput(log)).toEqual(['starting']);
  });

  test('is its last twelve lines', () => {
    const log = Array.from({ length: 40 }, (_, n) => line({ message: `line ${n}` })).join('\n');
    expect(readAppOutput(log)).toHaveLength(12);
    expect(readAppOutput(log).at(-1)).toBe('line 39');
  });

  test('has what went wrong, however many frames of Node stand below it', () => {
    const frames = ['net:1908:16', 'net:1965:12', 'net:2067:7', 'internal/timers:581:17', 'events:502:28'];
    const details = ['EADDRINUSE', 'errno', 'syscall', 'address', 'port', '}', '', 'Node.js v20.20.2'];
    const stderr = [
      'Error: listen EADDRINUSE: address already in use :::8123',
      ...frames.map((place) => `    at Server.listen (node:${place})`),
      '    at Timeout._onTimeout (app.js:1:65)',
      ...details,
    ];
    const said = readAppOutput(line({ level: 'error', message: 'exited', fields: { stderr } }));
    expect(said.slice(0, 2)).toEqual([stderr[0], '    at Timeout._onTimeout (app.js:1:65)']);
  });

  test('names the ports it listens on instead of its own', () => {
    const log = line({
      level: 'error',
      message: 'not listening',
      fields: { listens_on: [3000, 9229], stdout: ['up on 3000'] },
    });
    expect(readAppOutput(log)).toEqual(['up on 3000', 'It listens on port 3000, 9229, not on the PORT it was given.']);
  });
});
