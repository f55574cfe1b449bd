/** The keys of `up start`. */
import { PassThrough } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { keysLine, listenToKeys } from '../../cli/commands/start/keys.ts';
import { until } from '../support/until.ts';

const modes: boolean[] = [];
const pressed: string[] = [];
const terminals: PassThrough[] = [];

afterEach(() => {
  for (const terminal of terminals.splice(0)) terminal.destroy();
  process.removeAllListeners('SIGCONT');
  modes.length = 0;
  pressed.length = 0;
});

const keys = ['open', 'restart'].map((name) => ({ key: name.charAt(0), name, press: () => void pressed.push(name) }));

function terminal(): PassThrough {
  const stdin = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => modes.push(on) });
  terminals.push(stdin);
  listenToKeys({ stdin, blank: () => void pressed.push('blank'), quit: () => void pressed.push('quit') }, keys);
  return stdin;
}

test('a key does what its line says, in either case, and others do nothing', async () => {
  const stdin = terminal();
  stdin.write('oR?\r');
  await until('the keys', () => pressed.includes('blank'));
  expect(pressed).toEqual(['open', 'restart', 'blank']);
  expect(keysLine(keys)).toBe('o open  r restart');
});

test('the end of input is the end', async () => {
  terminal().write('\u0004');
  await until('the end', () => pressed.includes('quit'));
});

test('Ctrl-C is the signal it always is, to a terminal that is as it was', async () => {
  const signals: string[] = [];
  process.once('SIGINT', (signal) => signals.push(signal));
  terminal().write('\u0003');
  await until('the signal', () => signals.length > 0);
  expect(modes).toEqual([true, false]);
});

test('the keys are back when the program goes on', async () => {
  terminal();
  process.kill(process.pid, 'SIGCONT');
  await until('the mode', () => modes.length === 2);
  expect(modes).toEqual([true, true]);
});
