/** After some errors the command that was typed goes on with a flag more, and no other one is proposed. */
import { expect, test } from 'vitest';
import { inTypedAgain } from '../../cli/argv/again-with-flag.ts';
import { type ErrorCode, errorTable } from '../../cli/error-table.ts';
import { UpError } from '../../cli/errors.ts';

test.each<[code: ErrorCode, message: string, words: string, next: string[]]>([
  ['UP_REGION_MISSING', '', 'url --json', ['up url --json --region us-east-1']],
  ['UP_REGION_MISSING', '', '', ['up --region us-east-1']],
  ['UP_REGION_MISSING', '', 'logs -- -x', ['up logs --region us-east-1 -- -x']],
  ['UP_REGION_MISSING', '', 'env set KEY=secret', ['aws configure']],
  ['UP_AUTH_MISSING', '', 'delete -C http', ['aws configure', 'aws sso login', 'up delete -C http --local']],
  ['UP_USAGE', 'The question was not answered. Nothing was written.', 'init r1', ['up init r1 --yes']],
  ['UP_USAGE', 'The question was not answered. Nothing was changed.', 'delete', ['up help']],
])('%s %s: up %s', (code, message, words, next) => {
  expect(inTypedAgain(new UpError(code, message), words.split(' ').filter(Boolean)).next).toEqual(next);
});

test('any other error is as it was', () => {
  for (const code of Object.keys(errorTable).filter((one) => !/MISSING|USAGE/.test(one)) as ErrorCode[]) {
    const error = new UpError(code, 'x');
    expect(inTypedAgain(error, ['logs'])).toBe(error);
  }
});
