/** What is shown of the output of an app that failed. */
import { expect, test } from 'vitest';
import { readAppOutput } from '../../../cli/logs/evidence.ts';

function output(stderr: readonly string[]): string[] {
  const timestamp = '2026-11-28T05:00:00.000Z';
  return readAppOutput(JSON.stringify({ timestamp, level: 'error', message: 'exited', fields: { stderr } }));
}

const frame = (at: number) => `    at load (node_modules/async/dist/async.js:${at}:16)`;
const frames = Array.from({ length: 20 }, (_, at) => frame(at));

test('has what went wrong, however many frames of packages stand below it', () => {
  const said = ['error: Failed to lift app: Error: ', 'No `sockets.onlyAllowOrigins` was detected.'];
  expect(output([...said, ...frames])).toEqual([...said, ...frames.slice(0, 3)]);
});

test('has the frames of packages where there is room for them', () => {
  const said = ['Error: no such table', ...frames.slice(0, 5), '    at main (app.js:3:1)'];
  expect(output(said)).toEqual(said);
});

test('has the frames of the app, below those of packages', () => {
  const said = output(['Error: no such table', ...frames, '    at main (app.js:3:1)']);
  expect(said).toEqual(['Error: no such table', ...frames.slice(0, 3), '    at main (app.js:3:1)']);
});
