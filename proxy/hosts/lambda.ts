/** What both hosts in Lambda share: the proxy of this environment, its init phase, and one answer per event. */
import type { Boot } from '../boot.ts';
import { type Answer, answer } from '../events/answer.ts';
import { createProxy } from '../main.ts';

/** Init may take 10 s before Lambda starts it over inside the first invocation; the first request waits on instead. */
const initBoundMs = 9_800;

/** What our own 504 must have left of the invocation to be delivered: the rest of it goes with the environment. */
const answerMarginMs = 500;

/** Lambda grants 500 ms after SIGTERM when there is any extension. */
const stopGraceMs = 300;

export interface LambdaInvocation {
  readonly requestId: string;
  /** Epoch milliseconds at which Lambda ends the invocation. */
  readonly deadline: number;
  readonly traceId?: string;
}

export interface LambdaProxy {
  /** Ends when the app listens, has failed to start, or init must end. */
  initialized(): Promise<void>;
  /** `stream`: the answer may go out as a stream. Rejects with an InvocationFailure when the invocation must fail. */
  handle(event: unknown, invocation: LambdaInvocation, stream: boolean): Promise<Answer>;
}

/** `end` ends this process, once SIGTERM has come and the app is gone. */
export function lambdaProxy(boot: Boot, environment: NodeJS.ProcessEnv, end: () => void): LambdaProxy {
  const { settings } = boot;
  let cold = true;
  const start = (restarts: number) => (restarts === 0 ? Promise.resolve(boot.first) : boot.start(restarts));
  const { handler, keeper, log } = createProxy({ settings, start, environment });
  process.once('SIGTERM', () => void keeper.stop(stopGraceMs).then(end));
  process.once('exit', keeper.kill);
  const events = { path: settings.path, ...settings.proxy };
  return {
    async initialized() {
      let timer: NodeJS.Timeout | undefined;
      const bound = new Promise<void>((resolve) => {
        // Counted from the start of this process: loading has taken its part already.
        timer = setTimeout(resolve, initBoundMs - performance.now());
      });
      await Promise.race([keeper.settled(), bound]);
      clearTimeout(timer);
    },
    handle(event, invocation, stream) {
      const wasCold = cold;
      cold = false;
      const { requestId } = invocation;
      const deadline = invocation.deadline - answerMarginMs;
      return answer(
        event,
        { ...invocation, deadline, stage: settings.stage, cold: wasCold },
        {
          handler,
          events,
          stream,
          onRefusal: (error) =>
            log[error.status >= 500 ? 'error' : 'warn'](error.message, { request_id: requestId, code: error.code }),
        },
      );
    },
  };
}
