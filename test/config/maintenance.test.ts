import { expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { messagesOf, parse } from './parse.ts';

test('is off, with five minutes to wait', () => {
  expect(parse({}).config.maintenance).toEqual({ enable: false, retry_after: 300 });
});

test('is a matter of one stage', () => {
  const { config } = parse({ stages: { production: { maintenance: { enable: true, page: 'later.html' } } } });
  expect(resolveStage(config, 'production').maintenance).toEqual({
    enable: true,
    page: 'later.html',
    retry_after: 300,
  });
  expect(resolveStage(config, 'staging').maintenance.enable).toBe(false);
});

test.each<[string, object, string]>([
  ['no time at all', { retry_after: 0 }, 'maintenance.retry_after must be a number from 1 to 604800, not 0'],
  [
    'a page elsewhere',
    { page: '/x.html' },
    'maintenance.page must be the path of an HTML file of the app, relative and inside it, not "/x.html"',
  ],
  ['enable as a text', { enable: 'on' }, 'maintenance.enable must be true or false, not "on"'],
])('refused: %s', (_title, maintenance, message) => {
  expect(messagesOf({ maintenance })).toEqual([message]);
});
