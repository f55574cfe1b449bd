import { describe, expect, test } from 'vitest';
import { readInjected } from '../../cli/build/inject.ts';
import { packagedConfig } from '../../cli/build/packaged-config.ts';
import { parse } from '../config/parse.ts';
import { project } from './project.ts';

function read(files: Readonly<Record<string, string>>, rule: object) {
  const dir = project(files);
  return readInjected(dir, parse({ inject: { head: [rule] } }).config.inject);
}

describe('apex-up.md 2: a file is read before anything runs in Lambda', () => {
  test('and becomes the value', async () => {
    const { head } = await read({ 'a.html': '<meta name="é">\n' }, { file: 'a.html' });
    expect(head).toEqual([{ type: 'literal', value: '<meta name="é">\n' }]);
  });

  test('for every stage of the package, in the same bytes each time', async () => {
    const dir = project({ 'app.js': '', 'a.js': 'go()' });
    const { config } = parse({
      inject: { body: [{ type: 'inline script', file: 'a.js' }] },
      stages: { production: { inject: { head: [{ type: 'comment', value: 'live' }] } } },
    });
    const [one, other] = [await packagedConfig(dir, config), await packagedConfig(dir, config)];
    expect(JSON.stringify(one)).toBe(JSON.stringify(other));
    const body = [{ type: 'inline script', value: 'go()' }];
    expect(one).toMatchObject({
      stages: {
        staging: { inject: { head: [], body } },
        production: { inject: { head: [{ type: 'comment', value: 'live' }], body } },
      },
    });
  });
});

describe('a file is refused with its place', () => {
  test.each<[string, Readonly<Record<string, string>>, object, string]>([
    ['that is missing', {}, { file: 'a' }, 'inject.head[0].file: a is not a file of the app'],
    ['that is a folder', { 'a/b': '' }, { file: 'a' }, 'inject.head[0].file: a is not a file of the app'],
    ['that a link fetches', { a: '-> /etc/passwd' }, { file: 'a' }, 'inject.head[0].file: a is not a file of the app'],
    ['that is large', { a: 'x'.repeat(300_000) }, { file: 'a' }, 'inject.head[0].file: a is larger than 262144 bytes'],
    [
      'that ends its script',
      { 'a.js': '"</script>"' },
      { type: 'inline script', file: 'a.js' },
      'inject.head[0].file: a.js holds </script, where the script would end: write <\\/script',
    ],
  ])('%s', async (_title, files, rule, message) => {
    await expect(read(files, rule)).rejects.toThrow(message);
  });
});
