import { describe, expect, test } from 'vitest';
import { type Problem, renderProblems } from '../../config/index.ts';
import { file, problemsOf } from './parse.ts';

function render(text: string): string {
  return renderProblems(text, problemsOf(text));
}

function problem(place: Partial<Problem>): Problem {
  return { file, line: 1, column: 1, length: 1, path: '', message: 'wrong', ...place };
}

test('each problem is a place, a sentence, the line and carets', () => {
  const text = [
    '{',
    '  "name": "shop",',
    '  "lambda": {',
    '    "memory": "512"',
    '  },',
    '',
    '  "enviroment": {}',
    '}',
  ];
  expect(render(text.join('\n'))).toBe(
    [
      '  up.json:4:15  lambda.memory must be a number from 128 to 10240, not "512"',
      '    4 |     "memory": "512"',
      '      |               ^^^^^',
      '  up.json:7:3   unknown key "enviroment", did you mean "environment"?',
      '    7 |   "enviroment": {}',
      '      |   ^^^^^^^^^^^^',
    ].join('\n'),
  );
});

test('no line is wider than 80 columns; what is long goes on under the sentence', () => {
  const text = `{"name": "shop", "lambda": {"memory": 512, "runtime": "nodejs12.x", "accelerate": true}, "tags": {"a": "b"}}`;
  const lines = render(text).split('\n');
  expect(lines.filter((line) => line.length > 80)).toEqual([]);
  expect(lines.slice(0, 2)).toEqual([
    '  up.json:1:55  lambda.runtime must be "nodejs24.x" or "nodejs22.x", not',
    '                "nodejs12.x"',
  ]);
});

describe('a frame', () => {
  test.each([
    ['keeps tabs, so that carets stand right', '{\n\t"url":\t1\n}', ['    2 | \t"url":\t1', '      | \t      \t^']],
    ['leaves the byte order mark out', '\uFEFF{"url": 1}', ['    1 | {"url": 1}', '      |         ^']],
    ['leaves carriage returns out', '{\r\n"url": 1\r\n}', ['    2 | "url": 1', '      |        ^']],
    [
      'points behind the end of the file',
      '{"url": "http_api"',
      ['    1 | {"url": "http_api"', '      |                   ^'],
    ],
    ['points at an empty line', '{\n"url": "http_api",\n', ['    3 | ', '      | ^']],
    ['counts an emoji as one place', '{/*🚀*/"url": 1}', ['    1 | {/*🚀*/"url": 1}', '      |              ^']],
    [
      'lets no escape sequence through',
      '{/*\u001b[2J*/"url": 1}',
      ['    1 | {/*\ufffd[2J*/"url": 1}', '      |                 ^'],
    ],
  ])('%s', (_, text, expected) => {
    expect(render(text).split('\n').slice(1, 3)).toEqual(expected);
  });

  test('aligns line numbers of different width', () => {
    const text = `{\n"type": 1,${'\n'.repeat(10)}"url": 1}`;
    expect(
      render(text)
        .split('\n')
        .filter((line) => line.includes('|')),
    ).toEqual(['     2 | "type": 1,', '       |         ^', '    12 | "url": 1}', '       |        ^']);
  });

  test('shows the part of a long line that matters', () => {
    const text = `{${' '.repeat(300)}"url": 1,${' '.repeat(300)}}`;
    const [, line = '', carets = ''] = render(text).split('\n');
    expect(line.length).toBeLessThan(120);
    expect(line[carets.indexOf('^')]).toBe('1');
  });

  test('ends its carets with the line', () => {
    expect(
      renderProblems('abc', [problem({ column: 2, length: 99 })])
        .split('\n')
        .at(-1),
    ).toBe('      |  ^^');
  });

  test('stands even for a line that the text does not have', () => {
    expect(renderProblems('', [problem({ line: 9 })])).toContain('up.json:9:1');
  });
});

test('no problems are no text', () => {
  expect(renderProblems('{}', [])).toBe('');
});
