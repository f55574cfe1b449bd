/** What a stream that broke off is reported as: its status is out already, so only the platform hears of it. */
import { UpstreamError } from '../relay/upstream.ts';
import type { FunctionError } from './runtime-api.ts';

const byKind = {
  aborted: ['UP_APP_TIMEOUT', 'the app did not finish its answer in time'],
  closed: ['UP_APP_CRASHED', 'the app broke off its answer'],
  invalid: ['UP_APP_BAD_RESPONSE', 'the app went on with something that is not HTTP'],
  'too-large': ['UP_RESPONSE_TOO_LARGE', 'the answer is too large'],
  connect: ['UP_APP_CRASHED', 'the app broke off its answer'],
} as const;

export function streamFailure(error: unknown): FunctionError {
  if (!(error instanceof UpstreamError)) return { errorType: 'UP_PROXY_INTERNAL', errorMessage: String(error) };
  const [errorType, errorMessage] = byKind[error.kind];
  return { errorType, errorMessage };
}
