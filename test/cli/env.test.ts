/** Variables of `up env`: what is typed, what stands in a file, and which of them a version holds itself. */
import { parseEnv } from 'node:util';
import { describe, expect, test } from 'vitest';
import { holding, readPins, versionEnvironment } from '../../cli/aws/environment.ts';
import type { Parameter } from '../../cli/aws/resources/parameter.ts';
import { parseDotenv, renderDotenv } from '../../cli/env/dotenv.ts';
import { parseSetWords } from '../../cli/env/words.ts';
import { UpError } from '../../cli/errors.ts';
import { createSecrets, hideInError } from '../../cli/secrets.ts';

const secret = 'sk_live_planted';

function errorOf(work: () => unknown): UpError {
  try {
    work();
  } catch (error) {
    if (error instanceof UpError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function parameter(name: string, value: string, more: Partial<Parameter> = {}): Parameter {
  return { name, value, scope: 'staging', kind: 'secret', version: 1, ...more };
}

describe('the words of up env set', () => {
  test('are NAME=value, the last of each name', () => {
    expect(parseSetWords(['AB=1', 'URL=https://a/?b=c', 'AB=2'])).toEqual({
      kind: 'given',
      assignments: [
        { name: 'AB', value: '2' },
        { name: 'URL', value: 'https://a/?b=c' },
      ],
    });
  });

  test('are one NAME whose value is asked for', () => {
    expect(parseSetWords(['API_KEY'])).toEqual({ kind: 'asked', name: 'API_KEY' });
  });

  test.each([
    ['a value where the name should be', [`${secret}-x`], 'UP_ENV_NAME'],
    ['a name and its value in two words', ['API_KEY', secret], 'UP_USAGE'],
    ['a value without its name', ['AB=1', secret], 'UP_USAGE'],
    ['a value on the wrong side', [`${secret}-x=AB`], 'UP_ENV_NAME'],
    ['a value over 4 KB', [`AB=${secret.repeat(300)}`], 'UP_ENV_NAME'],
    ['a value that AWS takes for a reference', [`AB={{${secret}}}`], 'UP_ENV_NAME'],
    ['no value', ['AB='], 'UP_ENV_NAME'],
    ['no words', [], 'UP_USAGE'],
  ])('are refused with %s, and not repeated', (_title, words, code) => {
    const error = errorOf(() => parseSetWords(words));
    expect(error.code).toBe(code);
    expect(`${error.message}${error.hint}${error.evidence}`).not.toContain(secret);
  });

  test.each([
    'PORT',
    'AWS_REGION',
    '_HANDLER',
    'UP_PARAMETERS',
    'UP_STAGE',
  ])('name nothing that is reserved: %s', (name) => {
    expect(errorOf(() => parseSetWords([`${name}=${secret}`])).message).toContain(`${name} is reserved`);
  });
});

describe('a file of variables', () => {
  test.each([
    ['bare values, with spaces around them', 'AB = 1 \nCD=two words', { AB: '1', CD: 'two words' }],
    ['comments and blank lines', '# one\n\nAB=1 # two\n', { AB: '1' }],
    ['export', 'export AB=1', { AB: '1' }],
    ['single quotes, in which nothing means anything', `AB='a"b\\n#'`, { AB: 'a"b\\n#' }],
    ['double quotes, in which \\n is a line break', 'AB="a\\nb"', { AB: 'a\nb' }],
    ['values over several lines', 'AB="a\nb" # c\nCD=1', { AB: 'a\nb', CD: '1' }],
    ['line ends of Windows and a byte order mark', '\uFEFFAB=1\r\nCD=2\r\n', { AB: '1', CD: '2' }],
    ['nothing', '', {}],
  ])('may hold %s', (_title, text, expected) => {
    const read = parseDotenv(text, '.env');
    expect(Object.fromEntries(read.map(({ name, value }) => [name, value]))).toEqual(expected);
  });

  test.each([
    ['a line that is no assignment', `AB=1\n${secret}\n`, 'Line 2 of .env is not NAME=value'],
    [
      'a quote that is never closed',
      `AB="1\n2"\nCD="${secret}\n`,
      'Line 3 of .env has an opening quote that is never closed',
    ],
    ['text after a closing quote', `AB="1"${secret}\n`, 'Line 1 of .env has text after its closing quote'],
  ])('may not hold %s, which is not repeated', (_title, text, message) => {
    const error = errorOf(() => parseDotenv(text, '.env'));
    expect(error).toMatchObject({ code: 'UP_ENV_FILE', message });
  });

  const awkward = [
    'plain',
    'two words',
    "it's",
    'say "hi"',
    "a'b`c",
    'a#b',
    ' a ',
    'line\nline',
    'a\\nb',
    '=x=',
    '€',
    '$A',
  ];
  test.each(awkward)('is written so that Node and we read back %j', (value) => {
    const text = renderDotenv([
      { name: 'AB', value },
      { name: 'CD', value: '1' },
    ]);
    expect(parseDotenv(text, '.env')).toEqual([
      { name: 'AB', value },
      { name: 'CD', value: '1' },
    ]);
    expect({ ...parseEnv(text) }).toEqual({ AB: value, CD: '1' });
  });

  test('is not written with a value that nobody could read back', () => {
    const error = errorOf(() => renderDotenv([{ name: 'AB', value: `'"\`${secret}` }]));
    expect(error.message).toMatch(/^AB cannot stand in a .env file/);
  });
});

describe('the variables of a version', () => {
  const fixed = { UP_STAGE: 'staging' };

  test('are those of up.json, over them those of all stages, over them those of the stage', () => {
    const parameters = [
      parameter('CC', 'of the stage'),
      parameter('BB', 'of all', { scope: 'all' }),
      parameter('CC', 'of all', { scope: 'all' }),
      parameter('CC', 'of another', { scope: 'production' }),
    ];
    const own = { AA: 'of up.json', BB: 'of up.json', UP_STAGE: 'nobody can say otherwise' };
    expect(versionEnvironment(own, holding('staging', parameters), fixed).inVersion).toEqual({
      AA: 'of up.json',
      BB: 'of all',
      CC: 'of the stage',
      UP_STAGE: 'staging',
    });
  });

  test('of a preview are those of staging', () => {
    expect(holding('preview-branch', [parameter('AA', 'one')])).toEqual([parameter('AA', 'one')]);
  });

  const large = [
    parameter('BIG_B', 'b'.repeat(2500), { version: 7 }),
    parameter('BIG_A', 'a'.repeat(2500), { scope: 'all', version: 3 }),
    parameter('AWS_LAMBDA_EXEC_WRAPPER', '/opt/wrapper', { scope: 'all' }),
  ];

  test('that do not fit are named with their versions', () => {
    const { inVersion, all } = versionEnvironment({ AA: '1', BIG_A: 'of up.json' }, large, fixed);
    expect(inVersion).toEqual({
      AA: '1',
      // Lambda itself reads it, before anything of ours.
      AWS_LAMBDA_EXEC_WRAPPER: '/opt/wrapper',
      UP_PARAMETERS: 'all=BIG_A:3;staging=BIG_B:7',
      UP_STAGE: 'staging',
    });
    expect(readPins(inVersion)).toEqual([
      { scope: 'all', name: 'BIG_A', version: '3' },
      { scope: 'staging', name: 'BIG_B', version: '7' },
    ]);
    expect(all.BIG_A).toHaveLength(2500);
    expect(all).not.toHaveProperty('UP_PARAMETERS');
  });

  test('are too many when not even their names fit', () => {
    const many = Array.from({ length: 400 }, (_, index) => parameter(`VARIABLE_${index}`, secret));
    const error = errorOf(() => versionEnvironment({}, many, fixed));
    expect(error.code).toBe('UP_ENV_SIZE');
    expect(`${error.message}${error.evidence}`).not.toContain(secret);
  });
});

describe('a secret that this program knows', () => {
  const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg"kq\n-----END KEY-----';
  const secrets = createSecrets();
  secrets.add([secret, key, `${secret}_longer`, 'true']);

  test.each([
    ['as it is', `it is ${secret}.`, 'it is (secret).'],
    ['as a part of another', `${secret}_longer`, '(secret)'],
    ['as JSON', JSON.stringify({ key }), '{"key":"(secret)"}'],
    ['line by line, indented', `  ${key.replaceAll('\n', '\n  ')}`, '  (secret)\n  (secret)\n  (secret)'],
    ['too short to be told from a word', 'true', 'true'],
  ])('is hidden %s', (_title, text, shown) => {
    expect(secrets.hide(text)).toBe(shown);
  });

  test('is in no part of an error', () => {
    const error = new UpError('UP_AWS_FAILED', secret, { hint: secret, evidence: secret, next: [secret] });
    const { message, hint, evidence, next, code } = hideInError(error, secrets);
    expect({ message, hint, evidence, next, code }).toEqual({
      message: '(secret)',
      hint: '(secret)',
      evidence: '(secret)',
      next: ['(secret)'],
      code: 'UP_AWS_FAILED',
    });
  });
});
