import { describe, expect, test } from 'vitest';
import { negotiate } from '../../http/negotiation.ts';

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';

test('no header takes long to read', () => {
  const spaces = ' '.repeat(30_000);
  const started = performance.now();
  for (const accept of [`text/html;q=${spaces}x`, `text/html;${spaces}q=0.5${spaces};`, `${'a/b;q='.repeat(5_000)}`])
    negotiate(accept, ['application/json', 'text/html']);
  expect(performance.now() - started).toBeLessThan(500);
});

describe('of application/json and text/html', () => {
  test.each<[string, string | undefined, string | null]>([
    ['nothing asked gets the first', undefined, 'application/json'],
    ['an empty field is nothing asked', '', 'application/json'],
    ['curl gets the first', '*/*', 'application/json'],
    ['a browser gets html', browser, 'text/html'],
    ['an image of a page gets the first', 'image/avif,image/webp,image/*,*/*;q=0.8', 'application/json'],
    ['html alone', 'text/html', 'text/html'],
    ['in capitals', 'Text/HTML', 'text/html'],
    ['any text', 'text/*', 'text/html'],
    ['html less than json', 'application/json, text/html;q=0.9', 'application/json'],
    ['html more than json', 'application/json;q=0.8, text/html;q=0.9', 'text/html'],
    ['both alike get the first', 'text/html, application/json', 'application/json'],
    ['html named, the rest by a star', 'text/html, */*', 'text/html'],
    ['html refused', 'text/html;q=0, */*', 'application/json'],
    ['the star does not overrule a refusal', '*/*, text/html;q=0.0', 'application/json'],
    ['everything refused', '*/*;q=0', null],
    ['something else', 'image/png', null],
    ['parameters beside the weight', 'text/html;level=1;q=0.7, application/json;q=0.6', 'text/html'],
    ['a weight that is none', 'text/html;q=2, application/json;q=0.1', 'application/json'],
    ['a weight without a value', 'text/html;q, application/json;q=0.1', 'text/html'],
    ['spaces', ' text/html ; q=0.5 , application/json ; q=0.4 ', 'text/html'],
    ['what is no type', 'html, *, text', null],
  ])('%s', (_title, accept, wanted) => {
    expect(negotiate(accept, ['application/json', 'text/html'])).toBe(wanted);
  });
});
