/** One sentence for each way in which a text is not JSON. */
import type { ParseError } from 'jsonc-parser';
import { printParseErrorCode } from 'jsonc-parser';

type Code = Exclude<ReturnType<typeof printParseErrorCode>, '<unknown ParseErrorCode>'>;

const sentences = {
  InvalidSymbol: (token) => `${token} is not JSON: texts and keys stand in double quotes`,
  InvalidNumberFormat: (token) => `${token} is not a number in JSON`,
  PropertyNameExpected: (token) => `expected a key in double quotes, found ${token}`,
  ValueExpected: (token) => `expected a value, found ${token}`,
  ColonExpected: (token) => `expected ":" after the key, found ${token}`,
  CommaExpected: (token) => `expected "," between two entries, found ${token}`,
  CloseBraceExpected: (token) => `expected "}" to close the object, found ${token}`,
  CloseBracketExpected: (token) => `expected "]" to close the list, found ${token}`,
  EndOfFileExpected: (token) => `expected nothing after the last "}", found ${token}`,
  InvalidCommentToken: () => 'a comment is not allowed here',
  UnexpectedEndOfComment: () => 'this comment is never closed: it needs "*/"',
  UnexpectedEndOfString: () => 'this text is never closed: it needs a second double quote on the same line',
  UnexpectedEndOfNumber: (token) => `${token} is not a whole number: digits are missing`,
  InvalidUnicode: () => 'a \\u escape needs four hexadecimal digits',
  InvalidEscapeCharacter: () => 'unknown escape: a backslash in a text is written as two',
  InvalidCharacter: () => 'a control character must be escaped: \\n for a new line, \\t for a tab',
} satisfies Record<Code, (token: string) => string>;

/** Says what is wrong at a place where `token` stands. */
export function syntaxMessage(error: ParseError, token: string): string {
  const code = printParseErrorCode(error.error);
  if (code === '<unknown ParseErrorCode>') return 'this is not JSON';
  return sentences[code](token === '' ? 'the end of the file' : token);
}
