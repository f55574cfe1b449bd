/** What a request is told while there is no app to send it to. */
import { type Evidence, HttpError } from '../../http/error.ts';
import type { Exit } from './process.ts';

export function appStopped(): HttpError {
  return new HttpError(503, 'UP_APP_STOPPED', 'the app has been stopped');
}

export function appStarting(evidence: Evidence): HttpError {
  return new HttpError(503, 'UP_APP_STARTING', 'the app is still starting', evidence, [['retry-after', '1']]);
}

/** `seconds`: `proxy.listen_timeout`. */
export function notListening(seconds: number, evidence: Evidence): HttpError {
  return new HttpError(504, 'UP_APP_NOT_LISTENING', `the app did not listen on PORT within ${seconds} s`, evidence);
}

/** Why the last start failed; `message` is the sentence of its exit. */
export function failedToStart({ error }: Pick<Exit, 'error'>, message: string, evidence: Evidence): HttpError {
  return new HttpError(502, error ? 'UP_APP_SPAWN' : 'UP_APP_EXITED', message, evidence);
}

/** `pause`: milliseconds until the next try. */
export function backingOff(pause: number, evidence: Evidence): HttpError {
  const seconds = String(Math.max(1, Math.ceil(pause / 1000)));
  const message = `the app does not start; the next try is in ${seconds} s`;
  return new HttpError(503, 'UP_APP_BACKING_OFF', message, evidence, [['retry-after', seconds]]);
}
