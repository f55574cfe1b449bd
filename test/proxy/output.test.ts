import { execFileSync } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { standardOutput } from '../../proxy/output.ts';

const listeners = process.listeners('exit');

afterEach(() => {
  const added = process.listeners('exit').filter((listener) => !listeners.includes(listener));
  for (const listener of added) process.off('exit', listener);
});

function temporaryFile(name: string): string {
  const dir = mkdtempSync(join(tmpdir(), 'up-output-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, name);
}

function failure(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(code), { code });
}

/** A file that takes a few bytes at a time and fails as it is told, in turn; an empty text is no failure. */
function stubborn(failures: string[], most = 1_000) {
  let written = '';
  const write = (_fd: number, bytes: Buffer, at: number): number => {
    const code = failures.shift();
    if (code) throw failure(code);
    const part = bytes.subarray(at, at + most);
    written += part.toString('latin1');
    return part.length;
  };
  return { write, written: () => written };
}

describe('standard output', () => {
  test('has every line before the turn of the event loop is over', async () => {
    const file = temporaryFile('out');
    const out = standardOutput(openSync(file, 'w'));
    out.write('a\n');
    out.write('b\n');
    await Promise.resolve();
    expect(readFileSync(file, 'utf8')).toBe('a\nb\n');
  });

  test('is written in the middle of a turn before much is gathered', () => {
    const file = temporaryFile('out');
    const out = standardOutput(openSync(file, 'w'));
    for (let i = 0; i < 100; i++) out.write(`${'x'.repeat(999)}\n`);
    expect(readFileSync(file, 'utf8').length).toBeGreaterThan(50_000);
  });

  test('has every line when the process exits in the middle of a turn', () => {
    const { write, written } = stubborn([]);
    const out = standardOutput(1, write);
    out.write('last\n');
    process.listeners('exit').at(-1)?.call(process, 0);
    expect(written()).toBe('last\n');
    out.write('words\n');
    expect(written()).toBe('last\nwords\n');
  });

  test('that takes a few bytes at a time gets them all', () => {
    const { write, written } = stubborn([], 3);
    const out = standardOutput(1, write);
    out.write('0123456789\n');
    out.flush();
    expect(written()).toBe('0123456789\n');
  });

  test('that is full for the moment is waited for', () => {
    const { write, written } = stubborn(['EAGAIN', 'EINTR', '', 'EAGAIN'], 4);
    const out = standardOutput(1, write);
    out.write('0123456789\n');
    out.flush();
    expect(written()).toBe('0123456789\n');
  });

  test('goes on with a line of its own after one that failed half written', () => {
    const { write, written } = stubborn(['', 'ENOSPC', 'ENOSPC'], 4);
    const out = standardOutput(1, write);
    for (const line of ['0123456789\n', 'lost\n', 'next\n']) {
      out.write(line);
      out.flush();
    }
    expect(written()).toBe('0123\nnext\n');
  });

  test.skipIf(!existsSync('/dev/full'))('on a full disk loses its lines and nothing else', () => {
    const out = standardOutput(openSync('/dev/full', 'w'));
    out.write('a\n');
    expect(out.flush).not.toThrow();
  });

  test('whose reader is gone loses its lines and nothing else', () => {
    const pipe = temporaryFile('pipe');
    execFileSync('mkfifo', [pipe]);
    const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
    const out = standardOutput(openSync(pipe, constants.O_WRONLY | constants.O_NONBLOCK));
    out.write('a\n');
    out.flush();
    closeSync(reader);
    out.write('b\n');
    expect(out.flush).not.toThrow();
  });

  test('escapes what ends a line for some readers or commands a terminal', () => {
    const { write, written } = stubborn([]);
    const out = standardOutput(1, write);
    out.write('"\u007f"\n');
    out.flush();
    out.write('"\u0085\u009b\u2028\u2029\u00e9"\n');
    out.flush();
    expect(written()).toBe(Buffer.from('"\\u007f"\n"\\u0085\\u009b\\u2028\\u2029\u00e9"\n').toString('latin1'));
  });
});
