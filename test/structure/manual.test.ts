/**
 * README and docs are true: links lead somewhere, pages are in the table of contents, every command and flag that they
 * name exists. scripts/checks/docs.mjs runs the commands.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { globalFlags, wordsOf } from '../../cli/completion/words.ts';
import { commands } from '../../cli/table.ts';
import { ConfigError, parseConfig } from '../../config/index.ts';
import {
  anchorsOf,
  blocksOf,
  commandsOf,
  linesOf,
  linksOf,
  type Page,
  readManual,
  readPage,
  upIn,
} from '../support/manual.ts';
import { commandOf, endless, notRun, projects, typed } from '../support/manual-plan.ts';

const root = join(import.meta.dirname, '../..');
const manual = readManual(root);
const examples = readdirSync(join(root, 'examples')).map((name) => `examples/${name}/README.md`);
const others = ['CONTRIBUTING.md', 'CHANGELOG.md', 'bench/README.md', 'examples/README.md', ...examples].filter(
  (path) => existsSync(join(root, path)),
);
const pages = [...manual, ...others.map((path) => readPage(root, path))];

describe('links', () => {
  test.each(
    pages.map((page) => [page.path, page] as const),
  )('of %s lead to a file, and to a title in it', (_, page) => {
    expect(
      linksOf(page)
        .filter((link) => !leads(link))
        .map(({ path, anchor }) => `${path}#${anchor ?? ''}`),
    ).toEqual([]);
  });

  test('are found, or nothing would be wrong either', () => {
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(80);
    const page = {
      path: 'docs/a.md',
      text: '[a](b.md#c-d), [x](../README.md), `[no](code)`, [web](https://a.b), [own](#t)',
    };
    expect(linksOf(page).map(({ path, anchor }) => [path, anchor])).toEqual([
      ['docs/b.md', 'c-d'],
      ['README.md', undefined],
      ['docs/a.md', 't'],
    ]);
  });

  test('to titles are as GitHub makes them', () => {
    const text = '# Exit codes\n## `up start`: keys, and more\n## Exit codes\n```\n# none\n```\n';
    expect([...anchorsOf({ path: 'a.md', text })]).toEqual(['exit-codes', 'up-start-keys-and-more', 'exit-codes-1']);
  });
});

function leads({ path, anchor }: { readonly path: string; readonly anchor: string | undefined }): boolean {
  if (!existsSync(join(root, path))) return false;
  return anchor === undefined || !path.endsWith('.md') || anchorsOf(readPage(root, path)).has(anchor);
}

test('every page is in the table of contents', () => {
  const contents = readPage(root, 'docs/README.md');
  const there = new Set(linksOf(contents).map(({ path }) => path));
  const wanted = manual.map(({ path }) => path).filter((path) => path.startsWith('docs/') && path !== 'docs/README.md');
  expect(wanted.filter((path) => !there.has(path))).toEqual([]);
});

test('README is one screen', () => {
  const [lines] = manual.filter(({ path }) => path === 'README.md').map(({ text }) => text.trimEnd().split('\n'));
  expect(lines?.length).toBeLessThanOrEqual(60);
});

// --- examples and numbers ---------------------------------------------------------------------------------------------

/** Each JSON of the manual that is an up.json, which is what has none of the keys of anything else. */
const configs = manual.flatMap((page) =>
  blocksOf(page)
    .filter(({ language, file = 'up.json' }) => /^jsonc?$/.test(language) && file === 'up.json')
    .filter(({ text }) => !/"(?:Version|dependencies|fields)"/.test(text))
    .map(
      ({ text }) =>
        [
          page.path,
          text.replaceAll('scrypt$16384$8$5$…', `scrypt$16384$8$5$${'A'.repeat(22)}$${'A'.repeat(43)}`),
        ] as const,
    ),
);

test.each(configs)('an up.json of %s says what may be said', (path, text) => {
  const found = problemsOf(text);
  const shown = readPage(root, path).text.replaceAll(/\s+/g, ' ');
  // One that is wrong is shown with what is said of it.
  expect(found.filter((problem) => !shown.includes(problem))).toEqual([]);
});

function problemsOf(text: string): string[] {
  try {
    parseConfig(text, { file: 'up.json', fallbackName: 'app' });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message);
    throw error;
  }
}

test('the comparison has the numbers of the benchmarks, and their date', () => {
  const measured = readPage(root, 'bench/README.md').text;
  const { text } = readPage(root, 'docs/comparison.md');
  const rows = [...text.matchAll(/\(`([a-z]+\.[a-z-]+)`\) \|.*\| ([\d.]+) \|$/gm)];
  expect(rows.length).toBeGreaterThan(5);
  // | claim | is | at most | found | before |
  const found = (claim: string) =>
    new RegExp(`^\\| \`${claim}\`(?: \\|[^|]*){2} \\| ([\\d.]+) \\|`, 'm').exec(measured)?.[1];
  expect(rows.map(([, claim = '', number]) => [claim, number])).toEqual(
    rows.map(([, claim = '']) => [claim, found(claim)]),
  );
  const [date = ''] = /\d{4}-\d\d-\d\d(?=, Node [\d.]+, two quiet cores)/.exec(text) ?? [];
  expect(measured).toContain(`${date}, Node`);
});

// --- commands ---------------------------------------------------------------------------------------------------------

const known = new Map(wordsOf(commands).map((command) => [command.name, command]));
const shared = globalFlags();
/** Stages that the manual speaks of. */
const stages = ['staging', 'production', 'beta', 'STAGE'];
/** Of apex/up, of which docs/migrating.md says that it has gone; what never was, and says so; and a mistake that is shown. */
const notThere = [
  ...['deploys', 'run', 'docs', 'team', 'upgrade', 'disable-stats', 'env add', 'env export', 'stack delete -f'],
  ...['prune -r', 'start -o', 'domains add', 'stack plam'],
];

/** What is wrong with the words after `up`; null when they could be typed. Capitals and brackets stand for something. */
function mistake(words: readonly string[]): string | null {
  if (notThere.some((gone) => `${words.join(' ')} `.startsWith(`${gone} `))) return null;
  const [first = 'deploy', second] = words;
  if (first === 'help')
    return second === undefined || known.has(second) || isPlaceholder(second) ? null : `help ${second}`;
  const named = known.get(first);
  if (!named && !first.startsWith('-') && !stages.includes(first) && !isPlaceholder(first)) return `command ${first}`;
  const command = named ?? known.get('deploy');
  const flags = [...(command?.flags ?? []), ...shared, ...always];
  const rest = named ? words.slice(1) : words;
  for (let index = 0; index < rest.length; index++) {
    const word = rest[index] ?? '';
    if (!word.startsWith('-')) {
      if (index === 0 && named && named.words.length > 0 && !named.words.includes(word) && !isPlaceholder(word))
        return `${first} ${word}`;
      continue;
    }
    const flag = flags.find(({ names }) => names.includes(word.replace(/=.*/, '')));
    if (!flag) return `${first} ${word}`;
    if (flag.takesValue && !word.includes('=')) index++;
  }
  return null;
}

const always = [
  { names: ['--help', '-h', '--version', '-V'], takesValue: false },
  { names: ['--no-color', '--no-watch', '--no-check'], takesValue: false },
];

function isPlaceholder(word: string): boolean {
  return /^(?:[A-Z]+|[[<].*|…|\.\.\.)$/.test(word);
}

describe('every command exists, with its flags', () => {
  test.each(manual.map((page) => [page.path, page] as const))('in %s', (_, page: Page) => {
    expect(
      commandsOf(page)
        .map(mistake)
        .filter((found) => found !== null),
    ).toEqual([]);
  });

  test('they are found, or nothing would be wrong either', () => {
    expect(manual.flatMap(commandsOf).length).toBeGreaterThan(200);
    const words = upIn(`URL=$(up production --json | jq .url) && npx up logs 'a b' > file # up nothing`);
    expect(words).toEqual([
      ['production', '--json'],
      ['logs', 'a b'],
    ]);
  });

  test.each([
    ['up lgos', 'command lgos'],
    ['up logs --followw', 'logs --followw'],
    ['up stack frob', 'stack frob'],
    ['up help frob', 'help frob'],
    ['up --portt 3', '--portt --portt'],
    ['up start --port 3 -s beta', null],
    ['up STAGE --canary 10%', null],
    ['up env set NAME=value --plain', null],
  ])('of "%s" that is %s', (line, wrong) => {
    expect(upIn(line).map(mistake)).toEqual([wrong]);
  });
});

describe('every command is run by scripts/checks/docs.mjs', () => {
  const lines = manual.flatMap((page) => linesOf(page).map(commandOf));

  test('of each page that has some', () => {
    const wanted = manual.filter((page) => linesOf(page).length > 0).map(({ path }) => path);
    expect(Object.keys(projects).sort()).toEqual(wanted.sort());
  });

  test('but for those that are listed with a reason, and stand there still', () => {
    expect(Object.keys(notRun).filter((line) => !lines.includes(line))).toEqual([]);
    for (const reason of Object.values(notRun)) expect(reason).toMatch(/\w+ \w+ \w+/);
    expect(Object.keys(notRun).length).toBeLessThanOrEqual(8);
  });

  test('with nothing prepared for one that has gone', () => {
    expect(Object.keys(typed).filter((line) => !lines.includes(line))).toEqual([]);
    expect(endless.filter(([command]) => !lines.some((line) => command.test(line)))).toEqual([]);
  });

  test('and none of them hides in a block without a language', () => {
    const hidden = manual.flatMap((page) =>
      blocksOf(page)
        .filter(({ language, text }) => language === '' && /^(?:npx )?up /m.test(text))
        .map(({ text }) => `${page.path}: ${text.split('\n')[0]}`),
    );
    expect(hidden).toEqual([]);
  });
});
