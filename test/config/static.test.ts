import { describe, expect, test } from 'vitest';
import { proxyConfig, resolveStage } from '../../config/index.ts';
import { messagesOf, parse } from './parse.ts';

const resolved = (input: object, stage = 'staging') => resolveStage(parse(input).config, stage).static;

describe('static, as resolved', () => {
  test.each<[string, object, object | null]>([
    ['apex-up.md 2: nothing is served by default', {}, null],
    ['an empty section serves nothing', { static: {} }, null],
    ['a prefix serves nothing', { static: { prefix: '/assets' } }, null],
    ['a server without a folder serves nothing', { type: 'server', static: {} }, null],
    [
      'apex-up.md 2: a folder beside an app',
      { static: { dir: 'public' } },
      { dir: 'public', prefix: '/', alone: false },
    ],
    [
      'apex-up.md 2: a folder below a prefix',
      { static: { dir: 'public', prefix: '/assets' } },
      { dir: 'public', prefix: '/assets', alone: false },
    ],
    ['apex-up.md 2: everything with type static', { type: 'static' }, { dir: '.', prefix: '/', alone: true }],
    [
      'a folder with type static',
      { type: 'static', static: { dir: 'dist', fallback: 'index.html' } },
      { dir: 'dist', prefix: '/', fallback: 'index.html', alone: true },
    ],
    ['apex-up.md 2: an empty prefix', { static: { dir: 'a', prefix: '' } }, { dir: 'a', prefix: '', alone: false }],
  ])('%s', (_title, input, expected) => {
    expect(resolved(input)).toEqual(expected);
  });

  test('a stage may differ key by key, and go back to the default', () => {
    const input = {
      static: { dir: 'public', prefix: '/assets' },
      stages: { production: { static: { prefix: null, dir: 'dist' } }, staging: { static: null } },
    };
    expect(resolved(input, 'production')).toEqual({ dir: 'dist', prefix: '/', alone: false });
    expect(resolved(input, 'staging')).toBeNull();
    expect(resolved(input, 'development')).toMatchObject({ dir: 'public' });
  });

  test('is shipped to the proxy', () => {
    const { stages } = proxyConfig(parse({ static: { dir: 'public' } }).config);
    expect(stages.production?.static).toEqual({ dir: 'public', prefix: '/', alone: false });
  });
});

describe('static refuses', () => {
  const dir = 'static.dir must be a folder of the app such as "public", not';
  const prefix = 'static.prefix must be a path such as "/assets", not';

  test.each<[string, object, string]>([
    ['an absolute folder', { dir: '/etc' }, `${dir} "/etc"`],
    ['a folder outside', { dir: '../public' }, `${dir} "../public"`],
    ['a folder outside by a detour', { dir: 'a/../../b' }, `${dir} "a/../../b"`],
    ['an empty folder', { dir: '' }, `${dir} ""`],
    ['a folder that is a number', { dir: 1 }, `${dir} 1`],
    ['a prefix with a query', { prefix: '/a?b' }, `${prefix} "/a?b"`],
    ['a prefix that climbs', { prefix: '/a/../b' }, `${prefix} "/a/../b"`],
    ['a prefix with empty segments', { prefix: '/a//b' }, `${prefix} "/a//b"`],
    [
      'a fallback outside',
      { fallback: '../index.html' },
      'static.fallback must be a file in `static.dir` such as "index.html", not "../index.html"',
    ],
    ['a key it does not know', { folder: 'x' }, 'unknown key "folder": expected "dir", "prefix" or "fallback"'],
  ])('%s', (_title, section, message) => {
    expect(messagesOf({ static: section })).toEqual([message]);
  });
});
