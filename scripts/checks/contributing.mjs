/**
 * The four ways of CONTRIBUTING.md, gone to the letter: its blocks are applied to a copy of the tree, one way after the
 * other, and what has come of it has to be as good as everything else here: generated, formatted, typed, built, tested.
 */
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { importTypeScript } from '../typescript.mjs';
import { require, runCheck } from './check.mjs';
import { succeed } from './processes.mjs';
import { root, temporaryDir } from './project.mjs';

await runCheck('contributing', 240, async (check) => {
  const { readRecipes, applySnippet } = await importTypeScript(join(root, 'test/structure/contributing.ts'));
  const dir = temporaryDir(check);
  const files = await succeed('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: root });
  for (const file of files.split('\0').filter((name) => name !== '' && existsSync(join(root, name))))
    cpSync(join(root, file), join(dir, file));
  symlinkSync(join(root, 'node_modules'), join(dir, 'node_modules'));

  const touched = new Set();
  for (const { title, snippets } of readRecipes(readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8')))
    await check.case(title, async () => {
      for (const snippet of snippets) {
        const path = join(dir, snippet.file);
        const text = applySnippet(snippet, existsSync(path) ? readFileSync(path, 'utf8') : null);
        mkdirSync(dirname(path), { recursive: true });
        writeFileSync(path, text);
        touched.add(snippet.file);
      }
      return `${new Set(snippets.map(({ file }) => file)).size} files`;
    });
  const code = [...touched].filter((file) => /\.(?:ts|json)$/.test(file));
  const tests = [...touched].filter((file) => file.endsWith('.test.ts'));
  require(tests.length > 0, 'no way ends with a test');

  const bin = (name, ...args) => succeed(join(dir, 'node_modules/.bin', name), args, { cwd: dir });
  const node = (...args) => succeed(process.execPath, args, { cwd: dir });
  await check.case('the pages that are generated', () => node('scripts/generate.mjs'));
  await check.case('format and lint', () => bin('biome', 'check', ...code).then(() => `${code.length} files`));
  await check.case('types', () => bin('tsc', '--noEmit'));
  await check.case('the build', () => node('scripts/build.mjs', '--quiet'));
  await check.case('their own tests, the structure and the golden cases', async () => {
    const others = ['import-rules', 'error-codes', 'proxy-bundle', 'cli-bundle', 'access'];
    const structure = others.map((name) => `test/structure/${name}.test.ts`);
    const said = await bin(
      'vitest',
      'run',
      ...tests,
      ...structure,
      'test/golden',
      'test/config',
      'test/cli/completion',
    );
    return /Tests .*?(\d+ passed)/.exec(said)?.[1];
  });
});
