/** In place of an app where there is none, with `type: static`: nothing runs, nothing is waited for. */
import { HttpError } from '../http/error.ts';
import type { KeptApp } from './main.ts';
import { noBackground } from './relay/background.ts';

export function noApp(): KeptApp {
  return { keeper, background: noBackground };
}

const keeper: KeptApp['keeper'] = {
  // Nothing gets this far: files answer every request.
  ready: () => Promise.reject(new HttpError(503, 'UP_APP_STOPPED', 'there is no app')),
  settled: async () => true,
  logged: async () => {},
  stop: async () => {},
  kill() {},
};
