/** `proxy`: what is refused of it, and in which words. */
import { expect, test } from 'vitest';
import { messagesOf } from './parse.ts';

test.each([
  [
    'a time limit of what is no path',
    { proxy: { timeouts: { reports: 1 } } },
    'proxy.timeouts.reports is not a path such as "/reports/*"',
  ],
  [
    'a status as a text',
    { proxy: { error_statuses: ['500'] } },
    'proxy.error_statuses[0] must be a status from 100 to 599 or a range such as "500-599", not "500"',
  ],
  [
    'a range of no status',
    { proxy: { error_statuses: ['599-500'] } },
    'proxy.error_statuses[0] must be a status from 100 to 599 or a range such as "500-599", not "599-500"',
  ],
])('refused: %s', (_title, input, message) => {
  expect(messagesOf(input)).toEqual([message]);
});
