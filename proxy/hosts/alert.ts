/**
 * Posts alarms to webhooks. One that cannot be delivered is an error in the log, never a failure of the invocation: that
 * would count as a failure of the function, and an alarm on those would go on for ever. Loaded for the first alarm only.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../../http/log.ts';
import type { Delivery } from '../events/alarm.ts';
import { isNews, type Place, toAlarm, toBody } from './alarm-message.ts';

export interface AlertOptions {
  readonly place: Place;
  readonly environment: NodeJS.ProcessEnv;
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
  readonly log: Log;
  /** Milliseconds before the second and the third try; for tests. */
  readonly pauses?: readonly number[];
}

export interface Told {
  readonly alert: string;
  readonly state: string;
  readonly action: string;
  readonly delivered: boolean;
  /** Why it was not; of a webhook that answered, its status. */
  readonly why?: string;
}

const requestTimeout = 5_000;
const defaultPauses = [1_000, 3_000];
/** Left of the invocation to say how it went. */
const marginMs = 500;

/** Never rejects. */
export async function alert(deliveries: readonly Delivery[], options: AlertOptions): Promise<readonly Told[]> {
  return Promise.all(deliveries.map((delivery) => deliver(delivery, options)));
}

async function deliver({ webhook, subject, message }: Delivery, options: AlertOptions): Promise<Told> {
  const { place, environment, requestId, log } = options;
  const alarm = toAlarm(place, subject, message);
  const what = { alert: alarm.alert, state: alarm.state, action: webhook.action };
  if (!isNews(alarm)) return { ...what, delivered: false, why: 'all was well before anything was measured' };
  const why = await post(toUrl(webhook.url, environment), toBody(webhook, place, alarm), options);
  const told: Told = { ...what, delivered: why === null, ...(why !== null && { why }) };
  const fields = { request_id: requestId, ...told, ...(alarm.reason && { reason: alarm.reason }) };
  log[why === null ? 'info' : 'error']('alert', fields);
  return told;
}

/** `$NAME` is what that variable holds; null when it holds nothing. */
function toUrl(url: string, environment: NodeJS.ProcessEnv): string | { readonly missing: string } {
  if (!url.startsWith('$')) return url;
  return environment[url.slice(1)] || { missing: url.slice(1) };
}

/** Null once it was taken, else why it was not. The URL is in none of these words: it may be a secret. */
async function post(url: ReturnType<typeof toUrl>, body: object, options: AlertOptions): Promise<string | null> {
  if (typeof url !== 'string') return `the variable ${url.missing} is not set: up env set ${url.missing} --secret`;
  if (!URL.canParse(url)) return 'the URL of the webhook is none';
  const { deadline, pauses = defaultPauses } = options;
  for (let attempt = 0; ; attempt++) {
    const { why, isFinal } = await tryOnce(url, body, deadline);
    const pause = pauses[attempt];
    if (isFinal || pause === undefined || Date.now() + pause > deadline - marginMs) return why;
    await sleep(pause);
  }
}

interface Outcome {
  readonly why: string | null;
  /** It was taken, or would be refused the next time too. */
  readonly isFinal: boolean;
}

async function tryOnce(url: string, body: object, deadline: number): Promise<Outcome> {
  const left = Math.min(requestTimeout, Math.max(1, deadline - marginMs - Date.now()));
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(left),
      redirect: 'manual',
    });
    await response.body?.cancel();
    if (response.ok) return { why: null, isFinal: true };
    const { status } = response;
    return { why: `the webhook answered ${status}`, isFinal: status < 500 && status !== 429 };
  } catch (error) {
    return { why: `the webhook did not answer: ${reasonOf(error)}`, isFinal: false };
  }
}

function reasonOf(error: unknown): string {
  const { name = '', cause } = error as { name?: string; cause?: { code?: string } };
  return name === 'TimeoutError' ? 'no answer in time' : (cause?.code ?? 'the connection failed');
}
