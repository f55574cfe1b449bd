/** What both hosts in Lambda share: the proxy of this environment, its init phase, and one answer per event. */
import type { Boot } from '../boot.ts';
import { answer } from '../events/convert.ts';
import type { PayloadV2Result } from '../events/payload-v2.ts';
import { createProxy } from '../main.ts';

/** Init may take 10 s before Lambda starts it over inside the first invocation; the first request waits on instead. */
const initBoundMs = 9_800;

/** What our own 504 must have left of the invocation to be delivered: the rest of it goes with the environment. */
const answerMarginMs = 500;

/** Lambda grants 500 ms after SIGTERM when there is any extension. */
const stopGraceMs = 300;

export interface LambdaProxy {
  /** Ends when the app listens, has failed to start, or init must end. */
  initialized(): Promise<void>;
  handle(
    event: unknown,
    invocation: { requestId: string; deadline: number; traceId?: string },
  ): Promise<PayloadV2Result>;
}

export function lambdaProxy(boot: Boot, environment: NodeJS.ProcessEnv): LambdaProxy {
  let cold = true;
  const start = (restarts: number) => (restarts === 0 ? Promise.resolve(boot.first) : boot.start(restarts));
  const { handler, keeper, log } = createProxy({ settings: boot.settings, start, whole: true, environment });
  process.once('SIGTERM', () => void keeper.stop(stopGraceMs).then(() => process.exit(143)));
  process.once('exit', keeper.kill);
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
    handle(event, invocation) {
      const wasCold = cold;
      cold = false;
      const { requestId } = invocation;
      const deadline = invocation.deadline - answerMarginMs;
      return answer(event, { ...invocation, deadline, stage: boot.settings.stage, cold: wasCold }, handler, (error) =>
        log[error.status >= 500 ? 'error' : 'warn'](error.message, { request_id: requestId, code: error.code }),
      );
    },
  };
}
