/**
 * JSON filter patterns, `{ $.a.b = "x*" && ($.n >= 5 || $.m NOT EXISTS) }`: a tokenizer, a parser by recursive descent,
 * and predicates. A message that is not wholly JSON matches none of them.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-json-log-events.html
 */
import { compileRegex, compileWildcards, invalidPattern, isNumber, maxRegexes, orders } from './pattern-text.ts';

type JsonPredicate = (root: unknown) => boolean;
type ValuePredicate = (value: unknown) => boolean;
type Step = string | number;

interface Token {
  readonly kind: 'selector' | 'operator' | 'phrase' | 'regex' | 'word';
  readonly text: string;
}

/** Compiles a pattern in braces. Throws InvalidParameterException for a bad one. */
export function compileJsonPattern(pattern: string): (message: string) => boolean {
  if (!pattern.endsWith('}')) throw invalidPattern('missing closing brace');
  const tokens = tokenize(pattern.slice(1, -1));
  if (tokens.filter((token) => token.kind === 'regex').length > maxRegexes)
    throw invalidPattern(`more than ${maxRegexes} regular expressions`);
  const matches = parseAll(tokens);
  return (message) => {
    const root = parseMessage(message);
    return root !== undefined && matches(root);
  };
}

/** JSON that is no object or array (a bare number) is a plain text message. */
function parseMessage(message: string): unknown {
  if (!/^\s*[{[]/.test(message)) return undefined;
  try {
    return JSON.parse(message);
  } catch {
    // Plain text that begins with a bracket.
    return undefined;
  }
}

const tokenSyntax =
  /\s*(?:(?<selector>\$(?:\.[\p{L}\p{N}_@-]+|\[\d+\]|\.?\[(?:'[^']*'|"[^"]*")\])*)|(?<operator>&&|\|\||!=|<=|>=|[=<>()])|"(?<phrase>(?:[^"\\]|\\.)*)"|%(?<regex>(?:[^%\\]|\\.)+)%|(?<word>[^\s"%=<>!&|(){}$]+))\s*/suy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  while (position < text.length) {
    tokenSyntax.lastIndex = position;
    const groups = tokenSyntax.exec(text)?.groups;
    const token = groups && toToken(groups);
    if (!token) throw invalidPattern(`cannot read "${text.slice(position).trim()}"`);
    tokens.push(token);
    position = tokenSyntax.lastIndex;
  }
  return tokens;
}

function toToken(groups: Record<string, string | undefined>): Token | null {
  const kinds = ['selector', 'operator', 'phrase', 'regex', 'word'] as const;
  for (const kind of kinds) {
    const text = groups[kind];
    if (text !== undefined) return { kind, text };
  }
  return null;
}

/** The tokens still to be read; shifting from it is the only effect in here. */
type Rest = Token[];

function parseAll(tokens: Token[]): JsonPredicate {
  const rest = [...tokens];
  const matches = parseOr(rest);
  if (rest[0]) throw invalidPattern(`unexpected "${rest[0].text}"`);
  return matches;
}

function parseOr(rest: Rest): JsonPredicate {
  const parts = [parseAnd(rest)];
  while (isOperator(rest[0], '||')) {
    rest.shift();
    parts.push(parseAnd(rest));
  }
  return (root) => parts.some((part) => part(root));
}

function parseAnd(rest: Rest): JsonPredicate {
  const parts = [parsePrimary(rest)];
  while (isOperator(rest[0], '&&')) {
    rest.shift();
    parts.push(parsePrimary(rest));
  }
  return (root) => parts.every((part) => part(root));
}

function parsePrimary(rest: Rest): JsonPredicate {
  const token = rest.shift();
  if (isOperator(token, '(')) return parseGroup(rest);
  if (token?.kind !== 'selector') throw invalidPattern(`expected a selector, found "${token?.text ?? 'the end'}"`);
  const steps = parseSelector(token.text);
  const matches = parseCondition(rest);
  return (root) => matches(select(root, steps));
}

function parseGroup(rest: Rest): JsonPredicate {
  const inner = parseOr(rest);
  if (!isOperator(rest.shift(), ')')) throw invalidPattern('missing closing parenthesis');
  return inner;
}

function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === 'operator' && token.text === text;
}

function parseSelector(text: string): Step[] {
  const steps: Step[] = [];
  for (const match of text.matchAll(/\.([\p{L}\p{N}_@-]+)|\[(\d+)\]|\[(?:'([^']*)'|"([^"]*)")\]/gu)) {
    const index = match[2];
    steps.push(index === undefined ? (match[1] ?? match[3] ?? match[4] ?? '') : Number(index));
  }
  return steps;
}

/** The value at the end of a path; undefined when there is none, which JSON itself cannot say. */
function select(root: unknown, steps: readonly Step[]): unknown {
  let value = root;
  for (const step of steps) {
    if (typeof value !== 'object' || value === null) return undefined;
    if ((typeof step === 'number') !== Array.isArray(value)) return undefined;
    value = Object.getOwnPropertyDescriptor(value, step)?.value;
  }
  return value;
}

function parseCondition(rest: Rest): ValuePredicate {
  const token = rest.shift();
  if (token?.kind === 'word') return parseKeyword(token.text, rest);
  if (token?.kind !== 'operator') throw invalidPattern(`expected an operator, found "${token?.text ?? 'the end'}"`);
  if (token.text === '=') return parseEquals(rest);
  if (token.text === '!=') return negate(parseEquals(rest));
  const order = orders[token.text];
  if (!order) throw invalidPattern(`unexpected "${token.text}"`);
  const limit = parseNumber(rest.shift());
  return (value) => typeof value === 'number' && order(value, limit);
}

/** A property that is not there is not unequal to anything: write NOT EXISTS beside it. AWS documents neither way. */
function negate(matches: ValuePredicate): ValuePredicate {
  return (value) => value !== undefined && !matches(value);
}

function parseNumber(token: Token | undefined): number {
  if (token?.kind !== 'word' || !isNumber(token.text))
    throw invalidPattern(`expected a number, found "${token?.text ?? 'the end'}"`);
  return Number(token.text);
}

function parseKeyword(first: string, rest: Rest): ValuePredicate {
  const words = first.toUpperCase() === 'EXISTS' ? 'EXISTS' : `${first} ${rest.shift()?.text ?? ''}`.toUpperCase();
  const matches = keywords[words];
  if (!matches) throw invalidPattern(`unexpected "${words.trim()}"`);
  return matches;
}

const keywords: Readonly<Record<string, ValuePredicate>> = {
  EXISTS: (value) => value !== undefined,
  'NOT EXISTS': (value) => value === undefined,
  'IS NULL': (value) => value === null,
  'IS TRUE': (value) => value === true,
  'IS FALSE': (value) => value === false,
};

function parseEquals(rest: Rest): ValuePredicate {
  const token = rest.shift();
  if (token?.kind === 'regex') return onText(compileRegex(token.text));
  if (token?.kind === 'phrase') return onText(compileWildcards(token.text));
  if (token?.kind !== 'word') throw invalidPattern(`expected a value, found "${token?.text ?? 'the end'}"`);
  return parseBareValue(token.text);
}

function onText(matches: (text: string) => boolean): ValuePredicate {
  return (value) => typeof value === 'string' && matches(value);
}

/** Without quotes: a number, a number with a wildcard (`4*`), or a plain word (`123.123.*`). */
function parseBareValue(word: string): ValuePredicate {
  if (isNumber(word)) {
    const wanted = Number(word);
    return (value) => value === wanted;
  }
  const matches = compileWildcards(word);
  return (value) => (typeof value === 'string' || typeof value === 'number') && matches(String(value));
}
