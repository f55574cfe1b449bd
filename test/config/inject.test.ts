import { describe, expect, test } from 'vitest';
import { messagesOf, parse } from './parse.ts';

test('apex-up.md 2: nothing is injected, and a rule is a literal', () => {
  expect(parse({}).config.inject).toEqual({ head: [], body: [] });
  expect(parse({ inject: { head: [{ value: '<x>' }] } }).config.inject.head).toEqual([
    { type: 'literal', value: '<x>' },
  ]);
});

describe('apex-up.md 2: the eight types', () => {
  test.each([
    { type: 'literal', value: '<meta name="a">' },
    { type: 'comment', value: '-->' },
    { type: 'style', value: '/a.css' },
    { type: 'script', value: '/a.js' },
    { type: 'inline style', value: 'a > b { color: red }' },
    { type: 'inline script', value: "if (a < b) '<\\/script>'" },
    { type: 'google analytics', value: 'G-ABC1234567' },
    { type: 'segment', value: 'abcDEF0123456789abcDEF0123456789' },
  ])('$type', (rule) => {
    expect(parse({ inject: { body: [rule] } }).config.inject.body).toEqual([rule]);
  });
});

test('a file in place of a value', () => {
  const { head } = parse({ inject: { head: [{ type: 'inline script', file: 'a.js' }] } }).config.inject;
  expect(head).toEqual([{ type: 'inline script', value: '', file: 'a.js' }]);
});

test.each<[string, object, string]>([
  ['apex-up.md 2: a value is needed', {}, 'must have one of value and file'],
  ['a value and a file', { value: 'x', file: 'x' }, 'must have one of value and file'],
  [
    'apex-up.md 2: another type',
    { type: 'gtm', value: 'x' },
    'type must be "literal", "comment", "style", "script", "inline style", "inline script", "google analytics" or "segment", not "gtm"',
  ],
  ['a file for a URL', { type: 'script', file: 'a.js' }, 'cannot take script from a file'],
  [
    'a script that ends early',
    { type: 'inline script', value: 'a("</Script >")' },
    'has a value that holds </script, where the script would end: write <\\/script',
  ],
  [
    'a script that does not end where it seems to',
    { type: 'inline script', value: 'a("<!--<script")' },
    'has a value that holds <!-- and <script: write <\\script',
  ],
  [
    'a style that ends early',
    { type: 'inline style', value: '</STYLE>' },
    'has a value that holds </style, where the style would end',
  ],
  [
    'Universal Analytics',
    { type: 'google analytics', value: 'UA-12345-6' },
    'has a value that is of Universal Analytics, which has ended: it takes a measurement id, G-…',
  ],
  [
    'what is no measurement id',
    { type: 'google analytics', value: "G-1');" },
    'has a value that is not a measurement id such as G-ABC1234567',
  ],
  [
    'what only begins as one',
    { type: 'google analytics', value: 'G-ABC1234567-8' },
    'has a value that is not a measurement id such as G-ABC1234567',
  ],
  [
    'what only begins as a write key',
    { type: 'segment', value: 'abcdefgh"' },
    'has a value that is not a write key of Segment',
  ],
  ['what is no write key', { type: 'segment', value: '"' }, 'has a value that is not a write key of Segment'],
  [
    'a path out of the app',
    { file: '../x' },
    'file must be the path of a file of the app, relative and inside it, not "../x"',
  ],
])('refused: %s', (_title, rule, message) => {
  const path = /^(?:type|file)/.test(message) ? 'inject.head[0].' : 'inject.head[0] ';
  expect(messagesOf({ inject: { head: [rule] } })).toEqual([path + message]);
});

test('apex-up.md 2: another place than head and body is refused', () => {
  expect(messagesOf({ inject: { foot: [] } })).toEqual(['unknown key "foot": expected "head" or "body"']);
});
