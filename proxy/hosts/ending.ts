/**
 * The end of an environment. Lambda sends SIGTERM to the runtime process alone, and kills everything 500 ms later:
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-shutdown
 */
import type { KeptApp } from '../main.ts';
import { turn } from '../relay/turn.ts';

/** How long the app may take to finish. */
const graceMs = 300;
/** How long an answer that is ready may take to be handed over. */
const handOverMs = 100;

export interface Ending {
  /** From now on the app ends together with this process: gracefully on SIGTERM, at once on exit. */
  endsWithApp(app: KeptApp): KeptApp;
  /** An invocation that is still to be answered before the end. */
  during<T>(invocation: Promise<T>): Promise<T>;
}

/** `end` ends this process. */
export function createEnding(end: () => void): Ending {
  const running = new Set<Promise<unknown>>();

  return {
    endsWithApp(app) {
      const { keeper } = app;
      process.once('SIGTERM', () => {
        void keeper
          .stop(graceMs)
          .then(() => within(handOverMs, Promise.allSettled(running)))
          .then(end);
      });
      process.once('exit', keeper.kill);
      return app;
    },
    during(invocation) {
      running.add(invocation);
      const over = () => running.delete(invocation);
      invocation.then(over, over);
      return invocation;
    },
  };
}

/** Waits for `work` or the time limit, then for one turn of the event loop in which the answer is written out. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  await Promise.race([work, new Promise((resolve) => setTimeout(resolve, milliseconds))]);
  await turn();
}
