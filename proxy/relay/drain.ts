import type { Lines } from './lines.ts';
export interface Drain {
  readonly ended: Promise<void>;
  settled(): Promise<void>;
}
export function drainInto(stream: NodeJS.ReadableStream, lines: Lines): Drain {
  let count = 0;
  const ended = new Promise<void>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      count++;
      lines.write(chunk);
    });
    stream.on('error', () => {});
    stream.once('close', () => {
      lines.end();
      resolve();
    });
  });
  return {
    ended,
    async settled() {
      for (let before = -1; before !== count; ) {
        before = count;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}
