/**
 * Secrets inside files that ship: keys and tokens whose form nothing else has. What it finds is told by place and kind,
 * never by its text.
 */

export interface FoundSecret {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly kind: string;
}

interface Kind {
  readonly kind: string;
  /** One of them stands in every such secret; looked for first, since most files have none. */
  readonly marks: readonly string[];
  readonly pattern: RegExp;
  /** Holds what the pattern found to more than its form. */
  readonly isReal?: (text: string, rest: string) => boolean;
}

/** AWS's documents end theirs in EXAMPLE and EXAMPLEKEY. */
const isNoExample = (text: string) => !/EXAMPLE/.test(text);

const kinds: readonly Kind[] = [
  {
    kind: 'AWS access key',
    marks: ['AKIA', 'ASIA'],
    pattern: /(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])/g,
    isReal: isNoExample,
  },
  {
    kind: 'AWS secret key',
    marks: ['ecret', 'ECRET'],
    pattern: /aws_?secret(?:_?access)?_?key["']?\s{0,9}[:=]\s{0,9}["'`]?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])/gi,
    isReal: isNoExample,
  },
  {
    kind: 'private key',
    marks: ['PRIVATE KEY'],
    pattern: /-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----/g,
    isReal: (_text, rest) => isKeyBody(rest),
  },
  {
    kind: 'GitHub token',
    marks: ['gh', 'github_pat_'],
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36}|github_pat_\w{82})\b/g,
  },
  { kind: 'GitLab token', marks: ['glpat-'], pattern: /\bglpat-[\w-]{20}/g },
  { kind: 'npm token', marks: ['npm_'], pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'Slack token', marks: ['xox'], pattern: /\bxox[abprs]-[0-9]{8,}-[0-9A-Za-z-]{16,}/g },
  { kind: 'Stripe key', marks: ['k_live_'], pattern: /\b[sr]k_live_[0-9A-Za-z]{20,}/g },
];

/** Code that looks for a key holds its first line too; a key goes on in base64, in a file or in a string of code. */
function isKeyBody(rest: string): boolean {
  const body = rest
    .slice(0, 600)
    .replace(/^(?:\\+[rn]|\s)*(?:[A-Z][\w-]{0,20}: [^\n\\]{0,80}(?:\\+[rn]|\s)+)*/, '')
    .replace(/\\+[rn]|[\s"'`+,]/g, '');
  return /^[A-Za-z0-9/=]{48}/.test(body.replaceAll('+', ''));
}

/** Every secret of a file, in the order of its lines. */
export function findSecrets(path: string, content: Uint8Array): FoundSecret[] {
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  const asked = kinds.filter(({ marks }) => marks.some((mark) => bytes.includes(mark)));
  if (asked.length === 0) return [];
  const text = bytes.toString('latin1');
  const found = asked.flatMap(({ kind, pattern, isReal = () => true }) =>
    [...text.matchAll(pattern)]
      .filter((match) =>
        isReal(match[0], text.slice(match.index + match[0].length, match.index + match[0].length + 600)),
      )
      .map(({ index }) => ({ index, kind })),
  );
  const lines = lineCounter(text);
  return found.sort((a, b) => a.index - b.index).map(({ index, kind }) => ({ path, line: lines(index), kind }));
}

/** The line of each place, asked in their order: a file may hold many thousands. */
function lineCounter(text: string): (index: number) => number {
  let line = 1;
  let end = text.indexOf('\n');
  return (index) => {
    for (; end !== -1 && end < index; end = text.indexOf('\n', end + 1)) line += 1;
    return line;
  };
}

/** `src/pay.js:12  Stripe key` */
export function describeSecret({ path, line, kind }: FoundSecret): string {
  return `${path}:${line}  ${kind}`;
}
