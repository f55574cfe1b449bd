import { describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { messagesOf, parse } from './parse.ts';

const dirRule = 'error_pages.dir must be the path of a folder of the app, relative and inside it, not';

test('apex-up.md 2: error pages are off, in the app’s folder, without variables', () => {
  expect(parse({}).config.error_pages).toEqual({ enable: false, dir: '.', variables: {} });
});

test('numbers and booleans are texts to a page', () => {
  const { config } = parse({ error_pages: { variables: { year: 2030, beta: true } } });
  expect(config.error_pages.variables).toEqual({ year: '2030', beta: 'true' });
  expect(resolveStage(config, 'staging').error_pages.variables).toEqual({ year: '2030', beta: 'true' });
});

test('a stage adds a variable', () => {
  const { config } = parse({
    error_pages: { enable: true, variables: { a: '1' } },
    stages: { production: { error_pages: { variables: { b: '2' } } } },
  });
  expect(resolveStage(config, 'production').error_pages).toEqual({
    enable: true,
    dir: '.',
    variables: { a: '1', b: '2' },
  });
});

describe('a folder is one of the app', () => {
  test.each(['errors', './errors', 'a/b.c/..d', '.'])('%s', (dir) => {
    expect(parse({ error_pages: { dir } }).config.error_pages.dir).toBe(dir);
  });

  test.each(['/etc', '..', '../x', 'a/../../x', 'a\\..\\x', 'C:\\x', '\\x', 'a\u0000', ''])('%j is not', (dir) => {
    expect(messagesOf({ error_pages: { dir } })).toEqual([`${dirRule} ${JSON.stringify(dir)}`]);
  });
});

test.each<[string, object, string]>([
  ['enable', { enable: 'yes' }, 'error_pages.enable must be true or false, not "yes"'],
  [
    'a name no page can use',
    { variables: { 'a-b': 'x' } },
    'error_pages.variables["a-b"] is not a name that a page can use: letters, digits and underscores, no digit first',
  ],
  ['a list', { variables: { a: [] } }, 'error_pages.variables.a must be a text, a number or true or false, not a list'],
  ['a typo', { enabled: true }, 'unknown key "enabled", did you mean "enable"?'],
])('refused: %s', (_title, error_pages, message) => {
  expect(messagesOf({ error_pages })).toEqual([message]);
});
