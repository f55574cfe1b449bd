/**
 * The memory limit of an environment. On Lambda the kernel of the micro-VM ends the largest process when memory runs
 * out; the others live on. Here memory is polled, where there is /proc.
 * https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
 */
import { privateMemory } from './process-tree.ts';

export interface MemoryWatch {
  /** Looks from now on. */
  start(): void;
  stop(): void;
}

/** Events that are answered sooner than this are never polled. */
const lookMs = 200;

/** `limit` in MB; `onOver` gets the largest process. */
export function watchMemory(limit: number, roots: () => readonly number[], onOver: (pid: number) => void): MemoryWatch {
  let timer: NodeJS.Timeout | undefined;

  function look(): void {
    const used = privateMemory(...roots());
    const sum = used.reduce((kilobytes, one) => kilobytes + one.kilobytes, 0);
    const largest = used.sort((a, b) => b.kilobytes - a.kilobytes)[0];
    if (largest && sum > limit * 1024) onOver(largest.pid);
  }

  return {
    start() {
      clearInterval(timer);
      timer = setInterval(look, lookMs);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
