import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../config/index.ts';
import { stageOverrideSchema } from '../../config/stages.ts';
import { listed } from '../../config/values.ts';
import { errorOf, file, messagesOf, parse, placesOf, problemsOf } from './parse.ts';

describe('the text may have', () => {
  test.each([
    ['comments of both kinds', '// a\n{ /* b */ "name": "x" // c\n}'],
    ['trailing commas', '{"name": "x", "regions": ["us-east-1",],}'],
    ['a byte order mark', '\uFEFF{"name": "x"}'],
    ['carriage returns', '{\r\n"name": "x"\r\n}\r\n'],
    ['a $schema', '{"$schema": "./up.schema.json", "name": "x"}'],
  ])('%s', (_, text) => {
    expect(parse(text).config.name).toBe('x');
  });

  test('a $schema, which is not part of the configuration', () => {
    expect(parse({ $schema: 'x' }).config).not.toHaveProperty('$schema');
  });
});

describe('a text that is not one object is refused', () => {
  test.each([
    ['an empty file', '', '1:1 up.json is empty: write at least {}'],
    ['a file of blanks', ' \n\n', '1:1 up.json is empty: write at least {}'],
    ['a file of comments', '// nothing\n/* here */', '1:1 up.json is empty: write at least {}'],
    ['only a byte order mark', '\uFEFF', '1:1 up.json is empty: write at least {}'],
    ['a list', '\n  []', '2:3 up.json must hold one object: { ... }'],
    ['null', 'null', '1:1 up.json must hold one object: { ... }'],
    ['brackets without end', `{"a":\n${'['.repeat(5_000)}`, '2:100 up.json is nested more than 100 levels deep'],
    ['a text', '"x"', '1:1 up.json must hold one object: { ... }'],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text).map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual([expected]);
  });
});

describe('broken syntax is reported in sentences, one for each line that is wrong', () => {
  test.each([
    ['a missing comma', '{"name": "a"\n "type": "server"}', ['2:2 expected "," between two entries, found "type"']],
    ['a missing colon', '{"name" "a"}', ['1:9 expected ":" after the key, found "a"']],
    ['a missing brace', '{"name": "a"', ['1:13 expected "}" to close the object, found the end of the file']],
    ['a missing bracket', '{"regions": [', ['1:14 expected "]" to close the list, found the end of the file']],
    [
      'a file that is cut off',
      '{"lambda": {"policy": [{',
      ['1:25 expected "}" to close the object, found the end of the file'],
    ],
    [
      'an open text',
      '{"name": "a\n}',
      ['1:10 this text is never closed: it needs a second double quote on the same line'],
    ],
    ['an open comment', '{} /* a', ['1:4 this comment is never closed: it needs "*/"']],
    ['an escape', '{"name": "\\q"}', ['1:10 unknown escape: a backslash in a text is written as two']],
    ['something after the end', '{}\n}', ['2:1 expected nothing after the last "}", found }']],
    ['a key without quotes', '{name: "a"}', ['1:2 name is not JSON: texts and keys stand in double quotes']],
    ['single quotes', "{'name': 'a'}", ["1:2 'name' is not JSON: texts and keys stand in double quotes"]],
    [
      'a number with zeros before it',
      '{"lambda": {"memory": 0512}}',
      ['1:24 expected "," between two entries, found 512'],
    ],
    [
      'two mistakes far apart',
      '{"a": tru,\n"b": 1 "c": 2}',
      ['1:7 tru is not JSON: texts and keys stand in double quotes', '2:8 expected "," between two entries, found "c"'],
    ],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text).map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(expected);
  });

  test('and stops there: values are not judged in a broken file', () => {
    expect(messagesOf('{"type": "x", "a": }')).toEqual(['expected a value, found }']);
  });
});

describe('an unknown key is an error', () => {
  test.each([
    ['with a letter missing', { enviroment: {} }, 'unknown key "enviroment", did you mean "environment"?'],
    ['with two letters swapped', { lambda: { memroy: 1 } }, 'unknown key "memroy", did you mean "memory"?'],
    ['in camel case', { proxy: { listenTimeout: 1 } }, 'unknown key "listenTimeout", did you mean "listen_timeout"?'],
    ['abbreviated', { env: {} }, 'unknown key "env", did you mean "environment"?'],
    [
      'in the wrong case, in a statement',
      { lambda: { policy: [{ Effect: 'Allow', Action: '*', Resource: '*', sid: 'c' }] } },
      'unknown key "sid", did you mean "Sid"?',
    ],
    ['in a stage', { stages: { beta: { lamda: {} } } }, 'unknown key "lamda", did you mean "lambda"?'],
    [
      'in a section of a stage',
      { stages: { beta: { logs: { stdoud: 'info' } } } },
      'unknown key "stdoud", did you mean "stdout"?',
    ],
    [
      'with nothing near',
      { logs: { colour: true } },
      'unknown key "colour": expected "disable", "stdout", "stderr", "redact" or "metrics"',
    ],
    [
      'named as something objects inherit',
      { logs: { toString: 1 } },
      'unknown key "toString": expected "disable", "stdout", "stderr", "redact" or "metrics"',
    ],
    [
      'of the app in a stage',
      { stages: { beta: { regions: [] } } },
      `"regions" is the same for all stages: a stage may set ${listed(Object.keys(stageOverrideSchema.shape))}`,
    ],
    [
      'of the app in a list that no stage is in',
      { actions: [{ name: 'team', type: 'slack', url: 'https://hooks.example', regions: [] }] },
      'unknown key "regions": expected "name", "type", "emails", "numbers", "url" or "channel"',
    ],
  ])('%s', (_, input, message) => {
    expect(messagesOf(input)).toEqual([message]);
  });
});

describe('keys that would reach into prototypes are refused anywhere', () => {
  test.each([
    ['__proto__ at the top', '{"__proto__": {"type": "static"}}', '1:2 __proto__', '__proto__'],
    ['constructor at the top', '{"constructor": {}}', '1:2 constructor', 'constructor'],
    ['__proto__ in a section', '{"lambda": {"__proto__": {"memory": 128}}}', '1:13 lambda.__proto__', '__proto__'],
    ['__proto__ in the environment', '{"environment": {"__proto__": "x"}}', '1:18 environment.__proto__', '__proto__'],
    [
      'constructor in the environment',
      '{"environment": {"constructor": "x"}}',
      '1:18 environment.constructor',
      'constructor',
    ],
    ['__proto__ as a stage', '{"stages": {"__proto__": {}}}', '1:13 stages.__proto__', '__proto__'],
    ['__proto__ written with escapes', '{"\\u005f_proto__": 1}', '1:2 __proto__', '__proto__'],
    [
      '__proto__ in a statement',
      '{"lambda":{"policy":[{"Effect":"Allow","Action":"*","Resource":"*","__proto__":1}]}}',
      '1:68 lambda.policy[0].__proto__',
      '__proto__',
    ],
  ])('%s', (_, text, place, key) => {
    expect(messagesOf(text)).toEqual([`the key "${key}" is not allowed`]);
    expect(placesOf(text)).toEqual([place]);
    expect({}).not.toHaveProperty('type');
  });
});

describe('a duplicate key is an error at its second place', () => {
  test.each([
    ['at the top', '{\n"name": "a",\n"name": "b"}', '3:1 name', 'duplicate key "name", already on line 2'],
    [
      'in a section',
      '{"lambda": {"memory": 512,\n "memory": 1024}}',
      '2:2 lambda.memory',
      'duplicate key "memory", already on line 1',
    ],
    [
      'in the environment',
      '{"environment": {"AB": "1", "AB": "1"}}',
      '1:29 environment.AB',
      'duplicate key "AB", already on line 1',
    ],
  ])('%s', (_, text, place, message) => {
    expect(placesOf(text)).toEqual([place]);
    expect(messagesOf(text)).toEqual([message]);
  });
});

describe('a problem stands where the offending characters are', () => {
  test.each([
    [
      'a value',
      '{\n  "name": "x",\n  "lambda": {\n    "memory": "512"\n  }\n}',
      { line: 4, column: 15, length: 5, path: 'lambda.memory', value: '512' },
    ],
    [
      'an unknown key',
      '{\n  "enviroment": {}\n}',
      { line: 2, column: 3, length: 12, path: 'enviroment', value: 'enviroment' },
    ],
    ['a value of an unknown kind', '{"lambda": true}', { line: 1, column: 12, length: 4, path: 'lambda', value: true }],
    [
      'an item of a list',
      '{"regions": [\n\t"mars"]}',
      { line: 2, column: 2, length: 6, path: 'regions[0]', value: 'mars' },
    ],
    [
      'the second region',
      '{"regions": ["us-east-1", "us-east-2"]}',
      { line: 1, column: 27, length: 11, path: 'regions[1]' },
    ],
    [
      'a reserved variable, at its key',
      '{"environment": {"PORT": "1"}}',
      { line: 1, column: 18, length: 6, path: 'environment.PORT' },
    ],
    ['a stage name, at its key', '{"stages": {"a-b": {}}}', { line: 1, column: 13, length: 5, path: 'stages["a-b"]' }],
    ['an object, at its brace', '{"url": {\n}}', { line: 1, column: 9, length: 1, path: 'url' }],
    [
      'what is missing, at what should hold it',
      '{"lambda": {"policy": [{"Action": "*", "Resource": "*"}]}}',
      { line: 1, column: 24, length: 1, path: 'lambda.policy[0].Effect' },
    ],
    ['after a byte order mark', '\uFEFF{"type": 1}', { line: 1, column: 10, length: 1, path: 'type' }],
    ['after carriage returns', '{\r\n\r\n"type": 1}', { line: 3, column: 9, length: 1, path: 'type' }],
    ['after comments', '{ // a\n/* b */ "type": 1}', { line: 2, column: 17, length: 1, path: 'type' }],
  ])('%s', (_, text, expected) => {
    expect(problemsOf(text)).toEqual([expect.objectContaining({ file, ...expected })]);
  });
});

describe('all problems come at once', () => {
  test('in the order of the file', () => {
    const text =
      '{\n"dns": {},\n"lambda": {"memory": "512", "memroy": 1},\n"name": "A",\n"name": "B",\n"environment": {"PORT": 80}\n}';
    expect(placesOf(text)).toEqual([
      '2:1 dns',
      '3:22 lambda.memory',
      '3:29 lambda.memroy',
      '4:9 name',
      '5:1 name',
      '6:17 environment.PORT',
      '6:25 environment.PORT',
    ]);
  });

  test.each([
    ['an unknown region and one region too many', { regions: ['mars', 'us-east-1'] }, ['regions[0]', 'regions[1]']],
    [
      'both halves of a statement',
      { lambda: { policy: [{ Effect: 'Permit' }] } },
      ['lambda.policy[0]', 'lambda.policy[0]', 'lambda.policy[0].Effect'],
    ],
    ['the name and the content of a stage', { stages: { 'a-b': { url: 1 } } }, ['stages["a-b"]', 'stages["a-b"].url']],
    ['several items of a list', { hooks: { build: [1, 'a', 2] } }, ['hooks.build[0]', 'hooks.build[2]']],
  ])('%s', (_, input, paths) => {
    expect(problemsOf(input).map(({ path }) => path)).toEqual(paths);
  });

  test.each([
    ['one', { url: 1 }, 'up.json has 1 problem'],
    ['two', { url: 1, type: 1 }, 'up.json has 2 problems'],
  ])('and the error counts them: %s', (_, input, message) => {
    expect(errorOf(() => parse(input))).toMatchObject({ name: 'ConfigError', code: 'UP_CONFIG', message });
  });
});

test('a long value is cut in the message', () => {
  expect(messagesOf({ url: 'x'.repeat(500) })[0]).toHaveLength(
    'url must be "http_api" or "function_url", not '.length + 61,
  );
});

test('a value that looks like a placeholder is shown as it is', () => {
  expect(messagesOf({ url: '{value}$&' })).toEqual(['url must be "http_api" or "function_url", not "{value}$&"']);
});

describe('a file without a name', () => {
  test('takes the fallback', () => {
    expect(parseConfig('{}', { file, fallbackName: 'dir' }).config.name).toBe('dir');
  });

  test.each([
    ['has a problem without a fallback', undefined, 'name is missing'],
    [
      'has a problem with an unfit fallback',
      'My App',
      'name is missing, and the app cannot be called "My App": it must be lower-case letters, digits and dashes, a letter first, at most 40 characters',
    ],
  ])('%s', (_, fallbackName, message) => {
    const options = fallbackName === undefined ? { file } : { file, fallbackName };
    const { problems } = errorOf(() => parseConfig('\n{"lambda": {}}', options));
    expect(problems).toEqual([expect.objectContaining({ line: 2, column: 1, path: 'name', message })]);
  });
});
