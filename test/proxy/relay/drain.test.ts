import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, onTestFinished, test } from 'vitest';
import { capture } from '../../../proxy/relay/capture.ts';
import { type Drain, drainInto, settle } from '../../../proxy/relay/drain.ts';
import { recorder, until } from '../apps.ts';

interface Printing extends Drain {
  settled(): Promise<void>;
  readonly child: ChildProcess;
  readonly stdout: Readable;
  messages(): string[];
}

/** A real process whose output is drained into a log. */
function printing(code: string): Printing {
  const child = spawn(process.execPath, ['-e', code], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const { log, messages } = recorder();
  const sink = capture(log, { level: 'info' }, () => {});
  const drain = drainInto(child.stdout, sink);
  return { child, stdout: child.stdout, messages, settled: () => settle([drain]), ...drain };
}

/** A stream that hands out what a test emits, drained into a log. */
function emitting() {
  const stream = new Readable({ read() {} });
  onTestFinished(() => void stream.destroy());
  const { log, messages } = recorder();
  const drain = drainInto(
    stream,
    capture(log, { level: 'info' }, () => {}),
  );
  return { stream, drain, messages, emit: (text: string) => stream.emit('data', Buffer.from(text)) };
}

/** So many lines, each of 10 bytes. */
const tens = (lines: number) => Array.from({ length: lines }, (_, i) => String(i).padStart(9, '0'));

/** Prints numbered lines as fast as it can. */
const flood = (lines: number) => `
  let text = '';
  for (let i = 0; i < ${lines}; i++) {
    text += i + ' ' + 'x'.repeat(70) + '\\n';
    if (text.length < 65536) continue;
    require('node:fs').writeSync(1, text);
    text = '';
  }
  require('node:fs').writeSync(1, text);`;

describe('draining', () => {
  test('reads everything, in order, of an app that prints as fast as it can and exits', async () => {
    const { closed, messages } = printing(flood(100_000));
    await closed;
    expect(messages()).toHaveLength(100_000);
    expect(messages().every((message, i) => message.startsWith(`${i} `))).toBe(true);
  });

  test('gives the event loop a turn after every few lines of a flood', async () => {
    const { closed, messages } = printing(flood(50_000));
    let most = 0;
    let before = 0;
    let open = true;
    void closed.then(() => {
      open = false;
    });
    while (open) {
      await new Promise((resolve) => setImmediate(resolve));
      // What is left when the app is gone is handed out at once.
      if (open) most = Math.max(most, messages().length - before);
      before = messages().length;
    }
    expect(most).toBeLessThan(1_000);
  });

  test('lets the app wait while it is behind, and takes what comes all the same', async () => {
    const { stream, messages, emit } = emitting();
    const lines = tens(3_000);
    emit(`${lines.slice(0, 2_000).join('\n')}\n`);
    expect(stream.isPaused()).toBe(true);
    emit(`${lines.slice(2_000).join('\n')}\n`);
    await until('the last line', () => messages().length === lines.length);
    expect(messages()).toEqual(lines);
    await until('the stream to go on', () => !stream.isPaused());
  });

  test('loses nothing of a stream that breaks while it is behind, and keeps nothing of it', async () => {
    const { stream, drain, messages, emit } = emitting();
    const held = process.listeners('exit').at(-1);
    emit(tens(3_000).join('\n'));
    stream.destroy(new Error('EIO'));
    await drain.closed;
    expect(messages()).toEqual(tens(3_000));
    expect(process.listeners('exit')).not.toContain(held);
  });

  test('logs the end that has no end of line', async () => {
    const { closed, messages } = printing("process.stdout.write('a\\nlast words')");
    await closed;
    expect(messages()).toEqual(['a', 'last words']);
  });
});

describe('settling', () => {
  test('ends when what was written is logged, and the trace that was held', async () => {
    const { child, stdout, settled, messages } = printing(`
      process.stdin.once('data', () => process.stdout.write('Error: x\\n    at a\\n'));
      process.stdout.write('ready\\n');`);
    await until('the app', () => messages().length > 0);
    child.stdin?.write('go');
    await once(stdout, 'data');
    await settled();
    expect(messages()).toEqual(['ready', 'Error: x\n    at a']);
  });

  test('waits for what the poll of this turn has found', async () => {
    const { drain, messages, emit } = emitting();
    setImmediate(() => emit('found\n'));
    await settle([drain]);
    expect(messages()).toEqual(['found']);
  });

  test('asks for what was written before, and not for what comes after as much as a pipe holds', () => {
    const { drain, emit } = emitting();
    const look = drain.look();
    expect(look.isBehind()).toBe(false);
    const line = `${'x'.repeat(1_023)}\n`;
    for (let kilobytes = 1; kilobytes < 512; kilobytes++) {
      emit(line);
      expect(look.isBehind()).toBe(true);
      expect(look.isBehind()).toBe(false);
    }
    emit(line);
    expect(look.isBehind()).toBe(false);
  });

  test('takes no time where nothing is written', async () => {
    const { settled, messages } = printing("console.log('ready'); setInterval(() => {}, 1000);");
    await until('the app', () => messages().length > 0);
    const since = performance.now();
    for (let i = 0; i < 100; i++) await settled();
    expect(performance.now() - since).toBeLessThan(500);
  });

  test('is bounded while the app prints without an end', async () => {
    const { child, settled, messages } = printing(flood(100_000_000));
    await until('the flood', () => messages().length > 1_000);
    const since = performance.now();
    await settled();
    expect(performance.now() - since).toBeLessThan(1_000);
    child.kill('SIGKILL');
  });
});
