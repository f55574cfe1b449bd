/** A command that an error proposes to people, it proposes to programs: in `next`. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, test } from 'vitest';
import { errorTable } from '../../cli/error-table.ts';
import { proposedIn } from '../../cli/errors.ts';

interface Node {
  readonly type: string;
  readonly [key: string]: unknown;
}

const folder = join(import.meta.dirname, '../../cli');
const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

/** The texts that stand as `hint` without a `next` beside it, `x` in the place of what is filled in. */
function hintsOf(node: Node): string[] {
  const properties = (node.type === 'ObjectExpression' ? (node.properties as Node[]) : []).map(
    ({ key, value }) => [(key as Node | undefined)?.name, value as Node | undefined] as const,
  );
  const hint = properties.some(([name]) => name === 'next') ? undefined : properties.find(([name]) => name === 'hint');
  const children = Object.values(node).flat().filter(isNode).flatMap(hintsOf);
  return hint?.[1] ? [textOf(hint[1]), ...children] : children;
}

function textOf({ type, value, quasis }: Node): string {
  if (type === 'Literal') return String(value);
  if (type !== 'TemplateLiteral') return '';
  return (quasis as { value: { cooked: string } }[]).map((part) => part.value.cooked).join('x');
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && typeof (value as Node).type === 'string';
}

const hints = [
  ...Object.values(errorTable).map(({ hint }) => hint),
  ...sources.flatMap((file) =>
    hintsOf(parseAst(readFileSync(join(folder, file), 'utf8'), { lang: 'ts' }) as unknown as Node),
  ),
];
/** `up` where a command is meant, not "give it up" nor a pattern: `up env rm NAME`. */
const withCommand = [...new Set(hints)].filter(
  (hint) => /(?:^|[":,] ?|\bor )up(?:$| [a-z-])/.test(hint) && !/ [A-Z]{2,}/.test(hint),
);

describe('a hint that proposes a command', () => {
  test('is what most are', () => expect(withCommand.length).toBeGreaterThan(25));

  test.each(withCommand)('%s', (hint) => {
    expect(proposedIn(hint)).not.toEqual([]);
  });
});

test.each([
  ['up', ['up']],
  ['up env ls', ['up env ls']],
  ['did you mean "up logs"?', ['up logs']],
  ['nothing was removed: up env ls', ['up env ls']],
  ['up --region us-east-1, or set "regions" in up.json', ['up --region us-east-1']],
  [
    'up promote staging production, or up promote -s production',
    ['up promote staging production', 'up promote -s production'],
  ],
  [
    'aws configure, aws sso login, or try it without an account: up --local',
    ['aws configure', 'aws sso login', 'up --local'],
  ],
  ['docs/logs.md, or up logs --help', ['up logs --help']],
  ['up env rm NAME, then set it again', []],
  ['install up again, or npm run build', ['npm run build']],
  ['fix the lines shown', []],
])('of "%s" programs get %j', (hint, commands) => {
  expect(proposedIn(hint)).toEqual(commands);
});
