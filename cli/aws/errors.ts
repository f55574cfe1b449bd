/** Failures of AWS calls in our words: AWS's name of the error -> our code, with what it said as evidence. */
import type { ErrorCode } from '../error-table.ts';
import { UpError } from '../errors.ts';
import { deniedError, parseDenial } from './denied.ts';
import { ProxyRefusal } from './http-proxy.ts';

const byName: Readonly<Record<string, ErrorCode>> = {
  AccessDenied: 'UP_AWS_DENIED',
  AccessDeniedException: 'UP_AWS_DENIED',
  AuthorizationError: 'UP_AWS_DENIED',
  AuthorizationErrorException: 'UP_AWS_DENIED',
  UnauthorizedOperation: 'UP_AWS_DENIED',
  ExpiredToken: 'UP_AUTH_EXPIRED',
  ExpiredTokenException: 'UP_AUTH_EXPIRED',
  RequestExpired: 'UP_AUTH_EXPIRED',
  InvalidClientTokenId: 'UP_AUTH_EXPIRED',
  InvalidAccessKeyId: 'UP_AUTH_EXPIRED',
  UnrecognizedClientException: 'UP_AUTH_EXPIRED',
  SignatureDoesNotMatch: 'UP_AUTH_EXPIRED',
  IncompleteSignature: 'UP_AUTH_EXPIRED',
  IncompleteSignatureException: 'UP_AUTH_EXPIRED',
  MissingAuthenticationToken: 'UP_AUTH_EXPIRED',
  MissingAuthenticationTokenException: 'UP_AUTH_EXPIRED',
  InvalidToken: 'UP_AUTH_EXPIRED',
  AuthFailure: 'UP_AUTH_EXPIRED',
  RequestTimeTooSkewed: 'UP_AUTH_EXPIRED',
  InvalidSignatureException: 'UP_AUTH_EXPIRED',
  TokenRefreshRequired: 'UP_AUTH_EXPIRED',
  ResourceNotFoundException: 'UP_AWS_NOT_FOUND',
  NotFoundException: 'UP_AWS_NOT_FOUND',
  NoSuchEntityException: 'UP_AWS_NOT_FOUND',
  NoSuchBucket: 'UP_AWS_NOT_FOUND',
  PreconditionFailedException: 'UP_DEPLOY_CONFLICT',
  ResourceConflictException: 'UP_DEPLOY_CONFLICT',
  ConflictException: 'UP_DEPLOY_CONFLICT',
  OperationAborted: 'UP_DEPLOY_CONFLICT',
  ConcurrentModification: 'UP_DEPLOY_CONFLICT',
  ConcurrentModificationException: 'UP_DEPLOY_CONFLICT',
  EntityAlreadyExists: 'UP_DEPLOY_CONFLICT',
  EntityAlreadyExistsException: 'UP_DEPLOY_CONFLICT',
  OperationAbortedException: 'UP_DEPLOY_CONFLICT',
  ResourceAlreadyExistsException: 'UP_DEPLOY_CONFLICT',
  TooManyRequestsException: 'UP_AWS_UNAVAILABLE',
  ThrottlingException: 'UP_AWS_UNAVAILABLE',
  SlowDown: 'UP_AWS_UNAVAILABLE',
  Throttling: 'UP_AWS_UNAVAILABLE',
  TimeoutError: 'UP_AWS_UNAVAILABLE',
};

const networkCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'EPIPE',
  'ENETUNREACH',
]);

/** Whoever answers shows a certificate that nobody vouches for here: https://nodejs.org/api/tls.html#x509-certificate-error-codes */
const certificateCodes = new Set([
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_UNTRUSTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

interface SdkError extends Error {
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly $response?: { readonly statusCode?: number };
}

/** The UpError for what an SDK call threw; null when it is no failure of AWS. */
export function fromAwsError(error: unknown): UpError | null {
  if (!(error instanceof Error)) return null;
  const { name, code, message, $metadata, $response } = error as SdkError;
  if (name === 'CredentialsProviderError' || name === 'TokenProviderError') return credentials(error);
  // The SDK has no name for it.
  if (message === 'Region is missing') return noRegion(error);
  const known = byName[name];
  const evidence = `AWS said   ${name}: ${firstLine(message)}${$metadata?.requestId ? `\nRequest    ${$metadata.requestId}` : ''}`;
  const denial = known === 'UP_AWS_DENIED' ? parseDenial(message) : null;
  if (denial) return deniedError(denial, $metadata?.requestId, error);
  if (known === 'UP_AUTH_EXPIRED' && isLate(name, message)) {
    return new UpError(known, 'The clock of this machine is wrong, says AWS', {
      evidence,
      hint: setClock,
      cause: error,
    });
  }
  if (known) return new UpError(known, title(known, message), { evidence, cause: error });
  if (networkCodes.has(code ?? '')) {
    return new UpError('UP_AWS_UNAVAILABLE', `AWS cannot be reached: ${code}`, {
      evidence: describe(error),
      cause: error,
    });
  }
  if (error instanceof ProxyRefusal) {
    return new UpError('UP_AWS_UNAVAILABLE', `The HTTP proxy on the way to AWS ${error.message}`, {
      hint:
        error.status === 407
          ? 'HTTPS_PROXY=http://NAME:PASSWORD@HOST:PORT'
          : 'have it let AWS through, or unset HTTPS_PROXY',
      cause: error,
    });
  }
  if (certificateCodes.has(code ?? '')) {
    return new UpError('UP_AWS_UNAVAILABLE', `AWS cannot be told from somebody else: ${firstLine(message)}`, {
      evidence: `Node said  ${code}`,
      hint: 'a network that looks into all traffic has a certificate of its own: NODE_EXTRA_CA_CERTS=FILE.pem',
      cause: error,
    });
  }
  const status = $metadata?.httpStatusCode ?? $response?.statusCode;
  if (status === undefined) return null;
  // A page of HTML, half an answer: whatever stands there is not AWS as we know it.
  const unavailable = status >= 500 || name === 'SyntaxError' || name === 'Error';
  return new UpError(unavailable ? 'UP_AWS_UNAVAILABLE' : 'UP_AWS_FAILED', `AWS answered ${status}`, {
    evidence,
    cause: error,
  });
}

const setClock = 'set the clock of this machine';

/** What is left where the SDK found no date in the answer by which to correct the clock. */
function isLate(name: string, message: string): boolean {
  return name === 'RequestTimeTooSkewed' || /^Signature (?:expired|not yet current)/.test(message);
}

function title(code: ErrorCode, message: string): string {
  if (code === 'UP_AWS_DENIED') return 'Permission denied by AWS';
  if (code === 'UP_AUTH_EXPIRED') return 'AWS does not accept the credentials';
  if (code === 'UP_DEPLOY_CONFLICT') return 'Somebody else is changing this app';
  if (code === 'UP_AWS_UNAVAILABLE') return 'AWS does not answer as it should';
  return firstLine(message);
}

export function noRegion(cause: unknown): UpError {
  return new UpError('UP_REGION_MISSING', 'No AWS region is configured', { cause });
}

function credentials(error: Error): UpError {
  const expired = /expired|sso session/i.test(error.message);
  const evidence = [
    'Looked in  AWS_ACCESS_KEY_ID, the shared AWS files, SSO,',
    '           the container, the instance',
    `The SDK    ${firstLine(error.message)}`,
  ].join('\n');
  return expired
    ? new UpError('UP_AUTH_EXPIRED', 'The AWS session has expired', { evidence, cause: error })
    : new UpError('UP_AUTH_MISSING', 'No AWS credentials found', { evidence, cause: error });
}

/** ECONNREFUSED comes as an AggregateError without words of its own. */
function describe(error: SdkError): string {
  const inner =
    error instanceof AggregateError ? error.errors.map((one: Error) => one.message).join(', ') : error.message;
  return `Tried      ${firstLine(inner)}`;
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
