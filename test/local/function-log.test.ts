/** What the processes of an environment print, as events of its log. */
import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { functionLog } from '../../local/lambda/function-log.ts';

/** The messages that come of the pieces of an output. */
async function messagesOf(pieces: readonly string[]): Promise<string[]> {
  const messages: string[] = [];
  const output = new PassThrough();
  const closed = new Promise((resolve) => output.once('close', resolve));
  functionLog('group', '1', (_group, _stream, events) => {
    messages.push(...events.map(({ message }) => message));
  }).follow(output);
  for (const piece of pieces) output.write(piece);
  output.end();
  await closed;
  return messages;
}

test('a line is one event, however it arrives, and the last needs no end', async () => {
  expect(await messagesOf(['on', 'e\ntwo\n\nth', 'ree'])).toEqual(['one', 'two', 'three']);
});

test('a line that does not end is not waited for beyond what one event holds', async () => {
  const half = 'x'.repeat(200_000);
  const lengths = (await messagesOf([half, half, half, '\ny'])).map(({ length }) => length);
  expect(lengths).toEqual([262_144, 262_144, 75_712, 1]);
});
