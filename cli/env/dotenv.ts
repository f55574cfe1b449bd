/**
 * Files of variables, `NAME=value` line by line, as Node's --env-file and the dotenv package read them; what they pass
 * over in silence is an error here. https://nodejs.org/api/environment_variables.html#dotenv
 */
import type { Assignment } from '../aws/resources/parameter.ts';
import { UpError } from '../errors.ts';

const quotes = ["'", '"', '`'] as const;

/** `file` is for messages, which name lines and never show one. */
export function parseDotenv(text: string, file: string): Assignment[] {
  const found: Assignment[] = [];
  const source = text.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  let line = 1;
  for (let at = 0; at < source.length; ) {
    const end = endOfLine(source, at);
    const begin = /^[ \t]*(?:export[ \t]+)?([^=\s#'"`]+)[ \t]*=[ \t]*/.exec(source.slice(at, end));
    if (!begin) {
      if (!/^[ \t]*(?:#.*)?$/.test(source.slice(at, end))) throw notParsed(file, line, 'is not NAME=value');
      at = end + 1;
      line += 1;
      continue;
    }
    const read = readValue(source, at + begin[0].length, file, line);
    found.push({ name: begin[1] ?? '', value: read.value });
    line += source.slice(at, read.end).split('\n').length;
    at = read.end + 1;
  }
  return found;
}

/** `end` is where its last line ends. */
function readValue(source: string, start: number, file: string, line: number): { value: string; end: number } {
  const quote = quotes.find((mark) => source[start] === mark);
  if (quote === undefined) {
    const end = endOfLine(source, start);
    return { value: (source.slice(start, end).split('#')[0] ?? '').trim(), end };
  }
  const closing = source.indexOf(quote, start + 1);
  if (closing === -1) throw notParsed(file, line, 'has an opening quote that is never closed');
  const end = endOfLine(source, closing);
  if (!/^[ \t]*(?:#.*)?$/.test(source.slice(closing + 1, end)))
    throw notParsed(file, line, 'has text after its closing quote');
  const raw = source.slice(start + 1, closing);
  return { value: quote === '"' ? raw.replaceAll('\\n', '\n') : raw, end };
}

function endOfLine(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end === -1 ? source.length : end;
}

function notParsed(file: string, line: number, what: string): UpError {
  return new UpError('UP_ENV_FILE', `Line ${line} of ${file} ${what}`, { hint: 'fix the line' });
}

/** Every value in quotes that it does not hold itself, so that it is read back as it is. */
export function renderDotenv(assignments: readonly Assignment[]): string {
  return assignments.map(({ name, value }) => `${name}=${quoted(name, value)}\n`).join('');
}

function quoted(name: string, value: string): string {
  if (/^[\w@%+:,./-]+$/.test(value)) return value;
  // Double quotes come last: in them \n is a line break.
  const quote = ["'", '`', '"'].find((mark) => !value.includes(mark) && !(mark === '"' && value.includes('\\n')));
  if (quote !== undefined && !value.includes('\r')) return `${quote}${value}${quote}`;
  throw new UpError('UP_ENV_FILE', `${name} cannot stand in a .env file: it holds every kind of quote, or a CR`, {
    hint: `up env get ${name} prints it`,
  });
}
