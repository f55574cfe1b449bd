/** What is said against a package, by its sizes and by what is installed. */
import { expect, test } from 'vitest';
import { refuseTooLarge } from '../../cli/build/package-checks.ts';
import { pack, project } from './project.ts';

test('as much as Lambda unzips, to the byte, is too much: it must be less', () => {
  const refuse = (size: number) => () => refuseTooLarge([{ path: 'model.bin', size }]);
  expect(refuse(262_143_999)).not.toThrow();
  expect(refuse(262_144_000)).toThrow('250.0 MB unzipped');
});

test('dependencies are named that are installed in another version than the lock file has, as after a pull', async () => {
  const described = (version: string) => JSON.stringify({ version });
  const packages = {
    'node_modules/@a/b': { version: '2.0.1' },
    'node_modules/express': { version: '5.1.0' },
    'node_modules/linked': { resolved: '../linked', link: true },
    'node_modules/deep': { version: '1.0.1' },
  };
  const dir = project({
    'app.js': 'server.listen()',
    'package.json': JSON.stringify({ dependencies: { '@a/b': '2', express: '5', linked: '*' } }),
    'package-lock.json': JSON.stringify({ packages }),
    'node_modules/@a/b/package.json': described('2.0.0'),
    'node_modules/express/package.json': described('5.1.0'),
    'node_modules/linked/package.json': described('0.0.1'),
    'node_modules/deep/package.json': described('1.0.0'),
  });
  expect((await pack(dir)).warnings).toEqual([
    `@a/b 2.0.0 is installed, and package-lock.json has 2.0.1: run npm install in ${dir}`,
  ]);
});
