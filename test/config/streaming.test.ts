import { describe, expect, test } from 'vitest';
import { ConfigError, parseConfig, resolveStage } from '../../config/index.ts';

function streamOf(input: object, stage = 'staging'): boolean {
  return resolveStage(parseConfig(JSON.stringify({ name: 'a', ...input }), { file: 'up.json' }).config, stage).proxy
    .stream;
}

describe('proxy.stream', () => {
  test.each([
    ['is off behind an HTTP API', {}, false],
    ['is on behind a Function URL', { url: 'function_url' }, true],
    ['can be turned off there', { url: 'function_url', proxy: { stream: false } }, false],
    ['can be on behind a REST API of the owner', { proxy: { stream: true, front: 'rest' } }, true],
    ['is off behind that REST API unless asked for', { proxy: { front: 'rest' } }, false],
    ['follows the url of the stage', { stages: { staging: { url: 'function_url' } } }, true],
  ])('%s', (_, input, expected) => {
    expect(streamOf(input)).toBe(expected);
  });

  test.each([
    ['at the top', '{"name": "a", "proxy": {"stream": true}}', 'proxy.stream'],
    ['in a stage', '{"name": "a", "stages": {"beta": {"proxy": {"stream": true}}}}', 'stages.beta.proxy.stream'],
    [
      'where a stage goes back to an HTTP API',
      '{"name": "a", "url": "function_url", "proxy": {"stream": true}, "stages": {"beta": {"url": "http_api"}}}',
      'proxy.stream',
    ],
  ])('cannot be on behind an HTTP API: %s', (_, text, path) => {
    try {
      parseConfig(text, { file: 'up.json' });
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(ConfigError);
      const [problem] = (error as ConfigError).problems;
      expect(problem).toMatchObject({ path, message: expect.stringContaining('an HTTP API does not stream') });
      expect(text.slice(0, problem?.column)).toContain('"stream"');
    }
  });
});

describe('a base path', () => {
  test.each([
    ['/api', '/api'],
    ['/api/', '/api'],
    ['/', ''],
    ['/a/b', '/a/b'],
  ])('%s is taken off as %s', (path, expected) => {
    const { config } = parseConfig(JSON.stringify({ name: 'a', stages: { beta: { path } } }), { file: 'up.json' });
    expect(resolveStage(config, 'beta').path).toBe(expected);
    expect(resolveStage(config, 'staging').path).toBe('');
  });

  test.each(['api', '/a b', '/a?b', '//a', 5])('%j is refused', (path) => {
    const text = JSON.stringify({ name: 'a', stages: { beta: { path } } });
    expect(() => parseConfig(text, { file: 'up.json' })).toThrow(ConfigError);
  });
});
