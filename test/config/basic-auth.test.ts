import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { basicAuthSchema } from '../../config/basic-auth.ts';
import { ConfigError, resolveStage } from '../../config/index.ts';
import { renderProblems } from '../../config/render.ts';
import { errorOf, messagesOf, parse } from './parse.ts';

const [salt, hash] = ['A'.repeat(22), 'B'.repeat(43)];
const valid = `scrypt$16384$8$5$${salt}$${hash}`;
const rule = 'must be a hash of "up hash-password"';

test('nobody is asked by default', () => {
  expect(parse({}).config.basic_auth).toEqual({ realm: 'Restricted' });
});

test('the example is one that works', () => {
  const [example] = z.globalRegistry.get(basicAuthSchema)?.examples as unknown[];
  expect(basicAuthSchema.parse(example).users).toBeDefined();
});

test('a stage asks, another does not', () => {
  const { config } = parse({
    basic_auth: { users: { ada: valid }, realm: 'Shop' },
    stages: { production: { basic_auth: null }, staging: { basic_auth: { users: { bob: valid } } } },
  });
  expect(resolveStage(config, 'production').basic_auth).toEqual({ realm: 'Restricted' });
  expect(resolveStage(config, 'staging').basic_auth).toEqual({ users: { ada: valid, bob: valid }, realm: 'Shop' });
});

test('a stage takes a name back', () => {
  const users = { ada: valid, bob: valid };
  const { config } = parse({ basic_auth: { users }, stages: { staging: { basic_auth: { users: { ada: null } } } } });
  expect(resolveStage(config, 'staging').basic_auth.users).toEqual({ bob: valid });
});

test('a stage that takes the last name back says so of itself', () => {
  const staging = { basic_auth: { users: { ada: null } } };
  const nobody = 'stages.staging.basic_auth.users must name somebody: null in place of it asks nobody for a password';
  expect(messagesOf({ basic_auth: { users: { ada: valid } }, stages: { staging } })).toEqual([nobody]);
  expect(messagesOf({ stages: { staging } })).toEqual([nobody]);
});

describe('a hash is refused', () => {
  test.each([
    ['a password', 'secret'],
    ['bcrypt', '$2b$10$abcdefghijklmnopqrstuu'],
    ['a cost that is no power of two', `scrypt$16000$8$5$${salt}$${hash}`],
    ['a cost that protects nothing', `scrypt$512$8$5$${salt}$${hash}`],
    ['a cost that takes the memory of the function', `scrypt$131072$8$1$${salt}$${hash}`],
    ['a cost that takes minutes', `scrypt$16384$8$255$${salt}$${hash}`],
    ['no rounds', `scrypt$16384$0$5$${salt}$${hash}`],
    ['a short salt', `scrypt$16384$8$5$AAAA$${hash}`],
    ['a short hash', `scrypt$16384$8$5$${salt}$AAAA`],
    ['something behind it', `${valid}$`],
    ['a line behind it', `${valid}\n`],
  ])('%s', (_title, text) => {
    expect(messagesOf({ basic_auth: { users: { ada: text } } })).toEqual([`basic_auth.users.ada ${rule}`]);
  });
});

test('what may be a password is not shown', () => {
  const text = JSON.stringify({ basic_auth: { users: { ada: 'hunter2' } } });
  const error = errorOf(() => parse(text));
  expect(error).toBeInstanceOf(ConfigError);
  expect(renderProblems(text, error.problems)).not.toContain('hunter2');
  expect(JSON.stringify(error.problems)).not.toContain('hunter2');
});

test.each<[string, object, string]>([
  ['nobody', { users: {} }, 'basic_auth.users must name somebody'],
  [
    'a colon in a name',
    { users: { 'a:b': valid } },
    'basic_auth.users["a:b"] is not a user name: no colon, no control characters, at least one character',
  ],
  ['a list', { users: ['ada'] }, 'basic_auth.users must be an object of names and hashes, not a list'],
  [
    'a realm that breaks the field',
    { realm: 'a\r\nb' },
    'basic_auth.realm must be a text of printable ASCII characters, not "a\\r\\nb"',
  ],
])('refused: %s', (_title, basic_auth, message) => {
  expect(messagesOf({ basic_auth })).toEqual([message]);
});
