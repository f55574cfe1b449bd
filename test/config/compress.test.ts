import { describe, expect, test } from 'vitest';
import { proxyConfig, resolveStage } from '../../config/index.ts';
import { messagesOf, parse } from './parse.ts';

function compressOf(input: object, stage = 'production') {
  return resolveStage(parse(input).config, stage).compress;
}

test('compress is on by default, from 512 bytes, for what gets smaller, everywhere', () => {
  const { types, ...rest } = compressOf({});
  expect(rest).toEqual({ disable: false, min_size: 512, except: [] });
  expect(types).toEqual(expect.arrayContaining(['text/*', 'application/json', '*+json', '*+xml']));
});

describe('a stage', () => {
  const off = { compress: { disable: true, min_size: 100 } };

  test.each<[title: string, input: object, expected: object]>([
    ['takes what the file says', off, { disable: true, min_size: 100 }],
    [
      'may switch it off',
      { stages: { production: { compress: { disable: true } } } },
      { disable: true, min_size: 512 },
    ],
    [
      'may switch it on',
      { ...off, stages: { production: { compress: { disable: false } } } },
      { disable: false, min_size: 100 },
    ],
    [
      'may go back to a default',
      { ...off, stages: { production: { compress: { min_size: null } } } },
      { disable: true, min_size: 512 },
    ],
    [
      'may go back to all of them',
      { ...off, stages: { production: { compress: null } } },
      { disable: false, min_size: 512 },
    ],
    [
      'replaces lists',
      { compress: { except: ['/a'], types: ['text/*'] }, stages: { production: { compress: { except: ['/b'] } } } },
      { except: ['/b'], types: ['text/*'] },
    ],
  ])('%s', (_title, input, expected) => {
    expect(compressOf(input)).toMatchObject(expected);
  });
});

test('the proxy is told', () => {
  const { stages } = proxyConfig(parse({ compress: { disable: true }, server_timing: true }).config);
  expect(stages.production).toMatchObject({ compress: { disable: true }, server_timing: true });
});

test.each(['text/html', 'text/*', '*+json', '*/*', 'application/vnd.api+json'])('%s is a type', (type) => {
  expect(compressOf({ compress: { types: [type] } }).types).toEqual([type]);
});

describe('a value is refused with what it must be', () => {
  const type = 'must be a type such as "text/html", "text/*" or "*+json", not';
  const path = 'must be a path such as "/account/*", not';

  test.each<[title: string, input: object, message: string]>([
    ['a switch as a text', { compress: { disable: 'yes' } }, 'compress.disable must be true or false, not "yes"'],
    [
      'a negative size',
      { compress: { min_size: -1 } },
      `compress.min_size must be a number from 0 to ${Number.MAX_SAFE_INTEGER}, not -1`,
    ],
    [
      'half a byte',
      { compress: { min_size: 0.5 } },
      `compress.min_size must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}, not 0.5`,
    ],
    ['a type without its kind', { compress: { types: ['json'] } }, `compress.types[0] ${type} "json"`],
    [
      'a type with a parameter',
      { compress: { types: ['text/html;a=b'] } },
      `compress.types[0] ${type} "text/html;a=b"`,
    ],
    ['a type that is none', { compress: { types: [1] } }, `compress.types[0] ${type} 1`],
    [
      'one type in place of a list',
      { compress: { types: 'text/*' } },
      `compress.types must be a list of types such as "text/html", "text/*" or "*+json", not "text/*"`,
    ],
    ['a path that cannot be one', { compress: { except: ['account'] } }, `compress.except[0] ${path} "account"`],
    ['an unknown key', { compress: { min_sise: 1 } }, 'unknown key "min_sise", did you mean "min_size"?'],
    ['a switch in place of the section', { compress: false }, 'compress must be an object, not false'],
    ['server_timing as a text', { server_timing: 'on' }, 'server_timing must be true or false, not "on"'],
  ])('%s', (_title, input, message) => {
    expect(messagesOf(input)).toEqual([message]);
  });
});

describe('server_timing', () => {
  test('is off by default', () => {
    expect(resolveStage(parse({}).config, 'production').server_timing).toBe(false);
  });

  test('is a matter of the stage', () => {
    const { config } = parse({ server_timing: true, stages: { production: { server_timing: false } } });
    expect(resolveStage(config, 'production').server_timing).toBe(false);
    expect(resolveStage(config, 'staging').server_timing).toBe(true);
  });
});
