/** What term patterns and JSON patterns share: quoted texts, regular expressions, and the error. */
import { AwsError } from '../aws/error.ts';

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html */
export const maxRegexes = 2;

/** The error of every bad pattern. */
export function invalidPattern(reason: string): AwsError {
  return new AwsError('InvalidParameterException', `Invalid filter pattern: ${reason}`);
}

/** Takes the backslashes out of a quoted text: `\"` and `\\`. */
export function unescapeText(text: string): string {
  return text.replaceAll(/\\(.)/gsu, '$1');
}

/** The subset CloudWatch takes: no groups, no characters outside this list. */
const regexCharacters = /^[A-Za-z0-9:_#=@/;,\-^$?[\]{}|\\*+.]+$/;

/** Compiles what stands between two percent signs. */
export function compileRegex(source: string): (text: string) => boolean {
  const bare = source.replaceAll(/\\./gsu, '');
  if (bare !== '' && !regexCharacters.test(bare))
    throw invalidPattern(`unsupported character in regular expression %${source}%`);
  try {
    const regex = new RegExp(source.replaceAll('\\%', '%'));
    return (text) => regex.test(text);
  } catch {
    // What JavaScript cannot compile, CloudWatch cannot either.
    throw invalidPattern(`bad regular expression %${source}%`);
  }
}
