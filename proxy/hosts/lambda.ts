/**
 * What both Lambda hosts share: the proxy of this environment, its init phase, one answer per event, and the work after
 * the answer.
 */
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { type Boot, taskRoot } from '../boot.ts';
import { type Delivery, readAlarms } from '../events/alarm.ts';
import { type Answer, answer, whole } from '../events/answer.ts';
import { type Ping, readPing } from '../events/ping.ts';
import { createProxy, keepApp, type ProxyOptions } from '../main.ts';
import type { Settings } from '../settings.ts';
import { processAge } from './age.ts';
import { createEnding } from './ending.ts';
import { pong } from './pong.ts';

/** Init may take 10 s before Lambda starts it over inside the first invocation; the first request waits on instead. */
const initBoundMs = 9_800;

/** How much of the invocation must be left when our own 504 is sent, so that it is delivered. */
const answerMarginMs = 500;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html: the longest timeout of a function. */
const longestInvocationMs = 900_000;

export interface LambdaInvocation {
  readonly requestId: string;
  /** Epoch milliseconds at which Lambda ends the invocation. */
  readonly deadline: number;
  readonly traceId?: string;
  /** The function as it was invoked, with its qualifier. */
  readonly functionArn: string;
}

export interface LambdaProxy {
  /** Ends when the app listens, has failed to start, or init must end. */
  initialized(): Promise<void>;
  /** `stream`: the answer may go out as a stream. Rejects with an InvocationFailure when the invocation must fail. */
  handle(event: unknown, invocation: LambdaInvocation, stream: boolean): Promise<Answer>;
  /**
   * Resolves when nothing is left to do after an answer, and the environment may be frozen. `deadline` as in the
   * invocation.
   */
  afterAnswer(deadline: number): Promise<void>;
}

export interface LambdaOptions {
  readonly settings: Settings;
  readonly app: ProxyOptions['app'];
  readonly environment: NodeJS.ProcessEnv;
  /** Ends this process, once SIGTERM has come and the app is gone. */
  readonly end: () => void;
}

/** The app that was started first of all, and its later runs. */
export function bootedApp({ settings, first, start }: Boot): ProxyOptions['app'] {
  return keepApp(settings, (run) => (run === 0 && first ? Promise.resolve(first) : start(run)));
}

export async function lambdaProxy({ settings, app, environment, end }: LambdaOptions): Promise<LambdaProxy> {
  const id = environment.AWS_LAMBDA_LOG_STREAM_NAME ?? `${process.pid} ${Date.now()}`;
  const dir = taskRoot(environment);
  const ending = createEnding(end);
  // Registered first: the app may run already, and must not outlive this process.
  const kept: ProxyOptions['app'] = (...args) => ending.endsWithApp(app(...args));
  const { handler, refusals, keeper, background, log } = await createProxy({ settings, app: kept, environment, dir });
  const events = { path: settings.path, ...settings.proxy };
  let cold = true;
  /** The app's last answer was a failure, 5xx. Failures made by this proxy do not count: their reason is known. */
  let failed = false;

  async function handleRequest(req: HttpRequest): Promise<HttpResponse> {
    const res = await handler(req);
    failed = res.status >= 500 && res.failure === undefined;
    return res;
  }

  async function answerPing(ping: Ping, { functionArn, requestId, deadline }: LambdaInvocation, wasCold: boolean) {
    await keeper.settled();
    const age = Math.round(performance.now());
    return pong(ping, {
      self: { environment: id, cold: wasCold, age },
      environment,
      functionArn,
      requestId,
      deadline,
      log,
    });
  }

  /** Does not wait for the app, whose failure to start may be what the alarm reports. */
  async function tellAlarms(deliveries: readonly Delivery[], { requestId, deadline }: LambdaInvocation) {
    const { alert } = await import('./alert.ts');
    const place = { app: settings.name, stage: settings.stage };
    return alert(deliveries, { place, environment, requestId, deadline, log });
  }

  return {
    async initialized() {
      // Provisioned environments have as long as they need: nobody waits for them yet.
      if (environment.AWS_LAMBDA_INITIALIZATION_TYPE === 'provisioned-concurrency') await keeper.settled();
      let timer: NodeJS.Timeout | undefined;
      const bound = new Promise<void>((resolve) => {
        // Counted from the start of this process: the shell and loading have taken their part already.
        timer = setTimeout(resolve, initBoundMs - processAge());
      });
      await Promise.race([keeper.settled(), bound]);
      clearTimeout(timer);
    },
    async handle(event, invocation, stream) {
      const wasCold = cold;
      cold = false;
      const ping = readPing(event);
      if (ping) return whole(await answerPing(ping, invocation, wasCold));
      const alarms = readAlarms(event, settings.webhooks);
      if (alarms) return whole(await ending.during(tellAlarms(alarms, invocation)));
      const { requestId, traceId } = invocation;
      const { stage } = settings;
      const deadline = answerDue(invocation.deadline, settings.proxy.timeout, Date.now());
      return ending.during(
        answer(
          event,
          { requestId, deadline, stage, cold: wasCold, ...(traceId !== undefined && { traceId }) },
          {
            handler: handleRequest,
            refusals,
            events,
            stream,
            onRefusal: (error) =>
              log[error.status >= 500 ? 'error' : 'warn'](error.message, { request_id: requestId, code: error.code }),
          },
        ),
      );
    },
    async afterAnswer(deadline) {
      await background.done(deadline - answerMarginMs - Date.now());
      // Last: what the work printed belongs to it.
      await keeper.logged(failed);
      failed = false;
    },
  };
}

/**
 * By when an answer must be out, epoch milliseconds. A deadline in the past, or further ahead than the longest timeout,
 * means that the clock was set, as after a long freeze. Taken literally it would refuse every request, and end an app
 * that did nothing wrong. `timeout`: of the stage, seconds.
 */
export function answerDue(deadline: number, timeout: number, now: number): number {
  const left = deadline - now;
  if (left > 0 && left <= longestInvocationMs) return deadline - answerMarginMs;
  return now + timeout * 1000;
}
