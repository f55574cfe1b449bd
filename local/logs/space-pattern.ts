/**
 * Patterns for lines of fields between spaces, `[ip, user, ..., status = 4*, bytes > 1000]`: one place for each field, an
 * ellipsis for any number of them. What stands in brackets or double quotes is one field.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/matching-terms-unstructured-log-events.html
 */
import {
  compileRegex,
  compileWildcards,
  invalidPattern,
  isNumber,
  maxRegexes,
  orders,
  unescapeText,
} from './pattern-text.ts';

type FieldPredicate = (field: string) => boolean;

/** A place in the line; null is the ellipsis. */
type Place = FieldPredicate | null;

/** Compiles a pattern in brackets. Throws InvalidParameterException for a bad one. */
export function compileSpacePattern(pattern: string): (message: string) => boolean {
  if (!pattern.endsWith(']')) throw invalidPattern('missing closing bracket');
  const tokens = tokenize(pattern.slice(1, -1));
  if (tokens.filter((token) => token.kind === 'regex').length > maxRegexes)
    throw invalidPattern(`more than ${maxRegexes} regular expressions`);
  const places = splitAt(tokens, ',').map(toPlace);
  const ellipsis = places.indexOf(null);
  if (ellipsis !== -1 && places.indexOf(null, ellipsis + 1) !== -1) throw invalidPattern('more than one ellipsis');
  if (ellipsis === -1) return (message) => matchAll(places, splitFields(message));
  const [before, after] = [places.slice(0, ellipsis), places.slice(ellipsis + 1)];
  return (message) => {
    const fields = splitFields(message);
    return (
      fields.length >= before.length + after.length &&
      matchAll(before, fields.slice(0, before.length)) &&
      matchAll(after, fields.slice(fields.length - after.length))
    );
  };
}

function matchAll(places: readonly Place[], fields: readonly string[]): boolean {
  return places.length === fields.length && places.every((place, index) => place?.(fields[index] ?? '') ?? true);
}

/** `127.0.0.1 [10/Oct/2000] "GET / HTTP/1.1"` -> three fields, without what holds them together. */
function splitFields(message: string): string[] {
  const field = /\[([^\]]*)\]|"((?:[^"\\]|\\.)*)"|(\S+)/gsu;
  return [...message.matchAll(field)].map(([, bracketed, quoted, word]) => bracketed ?? quoted ?? word ?? '');
}

interface Token {
  readonly kind: 'operator' | 'phrase' | 'regex' | 'word';
  readonly text: string;
}

const tokenSyntax =
  /\s*(?:(?<operator>&&|\|\||!=|<=|>=|[=<>,()])|"(?<phrase>(?:[^"\\]|\\.)*)"|%(?<regex>(?:[^%\\]|\\.)+)%|(?<word>[^\s"%=<>!&|(),]+))\s*/suy;

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  for (let position = 0; position < text.length; position = tokenSyntax.lastIndex) {
    tokenSyntax.lastIndex = position;
    const groups = tokenSyntax.exec(text)?.groups;
    const kind = (['operator', 'phrase', 'regex', 'word'] as const).find((name) => groups?.[name] !== undefined);
    if (!kind) throw invalidPattern(`cannot read "${text.slice(position).trim()}"`);
    tokens.push({ kind, text: groups?.[kind] ?? '' });
  }
  return tokens;
}

function splitAt(tokens: readonly Token[], operator: string): Token[][] {
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (isOperator(token, operator)) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts;
}

function isOperator(token: Token | undefined, text: string): boolean {
  return token?.kind === 'operator' && token.text === text;
}

/** `w1`, `...`, or comparisons of one name: `status = 404 || status = 410`. A place without a name takes anything. */
function toPlace(tokens: readonly Token[]): Place {
  const [first] = tokens;
  if (tokens.length === 1 && first?.text === '...') return null;
  if (tokens.length === 0 || (tokens.length === 1 && first?.kind === 'word')) return () => true;
  const bare = tokens.filter((token) => !isOperator(token, '(') && !isOperator(token, ')'));
  const choices = splitAt(bare, '||').map((choice) => splitAt(choice, '&&').map(toComparison));
  return (field) => choices.some((choice) => choice.every((comparison) => comparison(field)));
}

function toComparison(tokens: readonly Token[]): FieldPredicate {
  const [name, operator, value, ...rest] = tokens;
  if (name?.kind !== 'word' || operator?.kind !== 'operator' || !value || value.kind === 'operator' || rest.length > 0)
    throw invalidPattern(`cannot read "${tokens.map(({ text }) => text).join(' ')}"`);
  if (operator.text === '=') return toEquals(value);
  if (operator.text === '!=') {
    const equals = toEquals(value);
    return (field) => !equals(field);
  }
  const order = orders[operator.text];
  if (!order || value.kind !== 'word' || !isNumber(value.text))
    throw invalidPattern(`expected a number, found "${value.text}"`);
  return (field) => isNumber(field) && order(Number(field), Number(value.text));
}

function toEquals({ kind, text }: Token): FieldPredicate {
  if (kind === 'regex') return compileRegex(text);
  if (kind === 'word' && isNumber(text)) return (field) => isNumber(field) && Number(field) === Number(text);
  return compileWildcards(kind === 'phrase' && !text.includes('*') ? unescapeText(text) : text);
}
