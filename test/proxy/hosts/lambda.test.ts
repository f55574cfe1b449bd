/** By when an answer must be out, with what Lambda says of its own deadline. */
import { expect, test } from 'vitest';
import { answerDue } from '../../../proxy/hosts/lambda.ts';

const now = 1_800_000_000_000;

test.each([
  ['leaves half a second for the answer to be delivered', 60_000, 59_500],
  ['is the longest that a function has', 900_000, 899_500],
  ['is the stage’s, where Lambda’s is further away than any', 900_001, 15_000],
  ['is the stage’s, where Lambda’s is past', 0, 15_000],
  ['is the stage’s, where the clock was set', -86_400_000, 15_000],
])('it %s', (_title, left, due) => {
  expect(answerDue(now + left, 15, now) - now).toBe(due);
});
