import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCanonicalPath } from '../../http/path.ts';

describe('the canonical path', () => {
  test.each([
    ['/', '/'],
    ['/a/b', '/a/b'],
    ['/a/b/', '/a/b/'],
    ['//a///b', '/a/b'],
    ['//a///b/', '/a/b/'],
    ['/a/./b/../c', '/a/c'],
    ['/..', '/'],
    ['/../../etc/passwd', '/etc/passwd'],
    ['/a/..', '/'],
    ['/a/b/..', '/a/'],
    ['/a/.', '/a/'],
    ['/%61%2Fb', '/a/b'],
    ['/%2e%2e/%2e%2e/x', '/x'],
    ['/..%2f..%2fx', '/x'],
    ['/%252e%252e/x', '/%2e%2e/x'],
    ['/a%20b/%C3%BC', '/a b/ü'],
    ['/..;/x', '/..;/x'],
    ['/...', '/...'],
    ['/.well-known/x', '/.well-known/x'],
    ['/a\\..\\b', '/a\\..\\b'],
    ['*', '/*'],
    ['', '/'],
  ])('of %s is %s', (path, canonical) => {
    expect(toCanonicalPath(path)).toBe(canonical);
  });

  test.each(['/%00', '/a%00.html', '/%C0%AE', '/%', '/%zz', '/%E9'])('of %s is none', (path) => {
    expect(toCanonicalPath(path)).toBeNull();
  });

  test('never has a segment that leads elsewhere, whatever is asked', () => {
    const part = fc.constantFrom('.', '..', '', 'a', '%2e', '%2E%2e', '%2f', '/', '\\', '%5c', '%252e', ';', ' ');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const path = toCanonicalPath(`/${parts.join('/')}`) ?? '/';
        expect(path.startsWith('/')).toBe(true);
        expect(path.slice(1).split('/').slice(0, -1)).not.toContain('');
        expect(path.split('/').some((segment) => segment === '.' || segment === '..')).toBe(false);
      }),
      { numRuns: 5_000 },
    );
  });
});
