/** `tags`: what AWS would refuse in the middle of a deploy is refused before. */
import { expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { messagesOf, parse, placesOf } from './parse.ts';

test('are none by default, and hold for every stage', () => {
  expect(parse({}).config.tags).toEqual({});
  const tags = {
    Owner: 'Shop',
    'cost-center': '4711',
    'a.b:c/d=e+f@g_h': 'Äpfel & Birnen'.replace('&', '+'),
    empty: '',
    'my-up:aws:x': '',
  };
  expect(resolveStage(parse({ tags }).config, 'production').tags).toEqual(tags);
});

test.each([
  ['30', Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`t${index}`, '']))],
  ['of names that take 256 characters together', { ['a'.repeat(128)]: '', ['b'.repeat(127)]: '' }],
])('may be %s', (_title, tags) => {
  expect(parse({ tags }).config.tags).toEqual(tags);
});

const valueRule = 'up to 256 letters, digits, spaces and _ . : / = + - @';

test.each<[title: string, tags: object, message: string]>([
  [
    'a name of AWS',
    { 'aws:x': '1' },
    'tags["aws:x"] is not a name for a tag: those beginning with aws: are AWS\'s own',
  ],
  [
    'a name of AWS in capitals',
    { 'AWS:x': '1' },
    'tags["AWS:x"] is not a name for a tag: those beginning with aws: are AWS\'s own',
  ],
  [
    'a name of ours',
    { 'UP:stage': '1' },
    'tags["UP:stage"] is not a name for a tag: up marks what it has made by those beginning with up:',
  ],
  [
    'a name with a space',
    { 'cost center': '1' },
    'tags["cost center"] is not a name for a tag: up to 128 letters, digits and _ . : / = + - @',
  ],
  ['a number', { team: 1 }, `tags.team must be ${valueRule}, not 1`],
  ['a sign that AWS refuses', { team: 'a;b' }, `tags.team must be ${valueRule}, not "a;b"`],
  [
    'more than there is room for',
    Object.fromEntries(Array.from({ length: 31 }, (_, index) => [`t${index}`, ''])),
    'tags must be at most 30 tags',
  ],
  ['a line break', { team: 'a\nb' }, `tags.team must be ${valueRule}, not "a\\nb"`],
  [
    'names that differ in case alone',
    { team: 'a', Team: 'b' },
    'tags.Team differs from another tag in case alone, and IAM takes them for one',
  ],
  [
    'names that are too long together',
    { ['a'.repeat(128)]: '', ['b'.repeat(128)]: '' },
    'tags must have names of at most 256 characters together',
  ],
])('refuses %s', (_title, tags, message) => {
  expect(messagesOf({ tags })).toEqual([message]);
});

test('a name is marked where it is at fault, and its value is not', () => {
  expect(placesOf('{\n"tags": {\n"up:a": "1",\n"team": "1", "Team": "1" } }')).toEqual([
    '3:1 tags["up:a"]',
    '4:14 tags.Team',
  ]);
});

test('are those of the app: a stage has none of its own', () => {
  expect(messagesOf({ stages: { production: { tags: { team: 'shop' } } } })).toEqual([
    expect.stringMatching(/^"tags" is the same for all stages/),
  ]);
});
