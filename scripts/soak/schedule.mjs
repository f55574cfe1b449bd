/** What is asked in which invocation, and which answer is right: one in a hundred has a fault, each kind in turn. */
import { bodyOf, httpEvent } from '../checks/event.mjs';

/** Crashes and hangs cost a boot, so they are the rarest, and never follow each other. */
const faults = ['bad', 'slow', 'big', 'close', 'crash', 'slow', 'bad', 'big', 'slow', 'hang'];
const every = 100;
const bigBytes = 1_000_000;

/** The time that the app is given for a hang, seconds; the rest has more than it ever takes. */
export const timeouts = { '/hang/*': 0.1 };

const codes = {
  bad: [502, 'UP_APP_BAD_RESPONSE'],
  close: [502, 'UP_APP_CLOSED'],
  // On a busy machine the end of the connection may be seen long before that of the process.
  crash: [502, 'UP_APP_CRASHED', 'UP_APP_CLOSED'],
  hang: [504, 'UP_APP_TIMEOUT'],
};

export function requestOf(number) {
  const fault = number % every === 0 && number > 0 ? faults[(number / every) % faults.length] : null;
  // What may be sent twice would meet its fault twice.
  const method = fault !== null || number % 2 === 0 ? 'POST' : 'GET';
  const body = method === 'POST' ? `body of ${number}` : '';
  return { fault, method, path: `/${fault ?? 'echo'}/${number}`, body };
}

export function eventOf({ method, path, body }) {
  return Buffer.from(JSON.stringify(httpEvent(method, path, { body })));
}

/** What is wrong with an answer; null when it is right. */
export function judge({ fault, method, path, body }, payload) {
  const result = JSON.parse(payload.toString());
  const text = bodyOf(result).toString();
  const found = `${result.statusCode} ${text.slice(0, 200)}`;
  const [status, ...allowed] = codes[fault] ?? [200];
  if (result.statusCode !== status) return `${method} ${path}: ${found}, not ${status}`;
  if (allowed.length > 0)
    return allowed.includes(JSON.parse(text).code) ? null : `${method} ${path}: ${found}, not ${allowed}`;
  if (fault === 'big') return text.length === bigBytes ? null : `${method} ${path}: ${text.length} bytes`;
  return text === `${method} ${path} ${body}` ? null : `${method} ${path}: ${found}`;
}
