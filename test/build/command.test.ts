import { describe, expect, it } from 'vitest';
import { interpreterOf, parseCommand, parseNodeRun, toCommand } from '../../cli/build/command.ts';

describe('a command becomes words', () => {
  const table: readonly [string, string[]][] = [
    ['node app.js', ['node', 'app.js']],
    ['  ./server   -p 80 ', ['./server', '-p', '80']],
    ["node 'my app.js'", ['node', 'my app.js']],
    ['node "my app.js" x', ['node', 'my app.js', 'x']],
    ["node a'b c'd", ['node', 'ab cd']],
    ["node '$HOME' ''", ['node', '$HOME', '']],
    ['npm start', ['npm', 'start']],
    ['npm run serve', ['npm', 'run', 'serve']],
    ['java -jar server.jar', ['java', '-jar', 'server.jar']],
  ];
  it.each(table)('%s', (command, words) => expect(parseCommand(command)).toEqual(words));
});

describe('a command needs a shell', () => {
  const table = [
    'PORT=80 node app.js',
    'node app.js && echo',
    'node app.js | cat',
    'node app.js > log',
    'node $ENTRY',
    'node "$ENTRY"',
    'node `which x`',
    'node a\\ b',
    'node *.js',
    'node app.{js,ts}',
    'node ~/app.js',
    "node 'unclosed",
    'node app.js # comment',
    'node app.js\nnode b.js',
    'exec node app.js',
    'cd api',
    '. ./env',
    '! true',
    "''",
    '',
  ];
  it.each(table)('%j', (command) => expect(parseCommand(command)).toBeNull());
});

describe('the interpreter of a command', () => {
  const table: readonly [string, string | undefined][] = [
    ['node app.js', 'node'],
    ['/usr/bin/node app.js', 'node'],
    ['NODE_ENV=production A="x y" node app.js', 'node'],
    ['cd api && exec node app.js', 'node'],
    ['npm start', 'node'],
    ['./node_modules/.bin/next start', 'node'],
    ['python app.py', 'python3'],
    ['python3.12 app.py', 'python3'],
    ['php -S localhost', 'php'],
    ['bun run app.ts', 'bun'],
    ['./server', undefined],
    ['nodes app.js', undefined],
    ['', undefined],
  ];
  it.each(table)('%s: %s', (command, interpreter) => expect(interpreterOf(command)).toBe(interpreter));
});

describe('what a command runs by Node', () => {
  const table: readonly [string, unknown][] = [
    ['node app.js a b', { options: [], entry: 'app.js', args: ['a', 'b'] }],
    ['node --enable-source-maps ./app.js', { options: ['--enable-source-maps'], entry: 'app.js', args: [] }],
    ['node --import tsx src/app.ts', { options: [], entry: 'src/app.ts', args: [] }],
    ['node -r ts-node/register -r ./trace.js app.ts', { options: ['-r', './trace.js'], entry: 'app.ts', args: [] }],
    ['node --experimental-strip-types app.ts', { options: [], entry: 'app.ts', args: [] }],
    ['tsx --tsconfig tsconfig.app.json app.ts -v', { options: [], entry: 'app.ts', args: ['-v'] }],
    ['tsx watch app.ts', { options: [], entry: 'app.ts', args: [] }],
    ['npx ts-node --esm app.mts', { options: [], entry: 'app.mts', args: [] }],
    ['node ../app.js', null],
    ['node .', null],
    ['next start', null],
  ];
  it.each(table)('%s', (command, run) => expect(parseNodeRun(parseCommand(command) ?? [])).toEqual(run));
});

it('words become a command that reads as the same words', () => {
  const words = ['node', 'my app.js', "it's", '$HOME', 'a=b', ''];
  expect(toCommand(words)).toBe(`node 'my app.js' 'it'\\''s' '$HOME' 'a=b' ''`);
  expect(parseCommand(toCommand(['node', 'my app.js', 'a=b']))).toEqual(['node', 'my app.js', 'a=b']);
});
