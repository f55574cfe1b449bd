/** An error with AWS's own name. The wire formats print it the way each service does. */
export class AwsError extends Error {
  /** AWS's name of the error, `ResourceNotFoundException`. */
  readonly code: string;
  readonly status: number;
  /** Further members of the error body, `{ Reason: 'ConcurrentInvocationLimitExceeded' }`. */
  readonly fields: Readonly<Record<string, string>>;

  constructor(code: string, message: string, fields: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = statuses[code] ?? 400;
    this.fields = fields;
  }
}

/** Whether an invocation was refused because there is no environment to spare. */
export function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'TooManyRequestsException';
}

/** HTTP statuses of the errors that are not 400, from the services' API models. JSON 1.1 services answer 400 instead. */
const statuses: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AccessDeniedException: 403,
  AuthorizationError: 403,
  BucketAlreadyOwnedByYou: 409,
  BucketNotEmpty: 409,
  ConflictException: 409,
  DeleteConflict: 409,
  EntityAlreadyExists: 409,
  HostedZoneAlreadyExists: 409,
  InternalFailure: 500,
  InvalidRange: 416,
  InvalidSignatureException: 403,
  LimitExceeded: 409,
  MissingAuthenticationToken: 403,
  MissingAuthenticationTokenException: 403,
  NoSuchBucket: 404,
  NoSuchChange: 404,
  NoSuchEntity: 404,
  NoSuchHostedZone: 404,
  NoSuchKey: 404,
  NoSuchLifecycleConfiguration: 404,
  NoSuchPublicAccessBlockConfiguration: 404,
  NoSuchTagSet: 404,
  NoSuchUpload: 404,
  NotFound: 404,
  NotFoundException: 404,
  NotModified: 304,
  PreconditionFailed: 412,
  PreconditionFailedException: 412,
  ProvisionedConcurrencyConfigNotFoundException: 404,
  RequestEntityTooLargeException: 413,
  RequestTooLargeException: 413,
  RequestTimeTooSkewed: 403,
  ResourceConflictException: 409,
  ResourceNotFound: 404,
  ResourceNotFoundException: 404,
  ServerSideEncryptionConfigurationNotFoundError: 404,
  ServiceException: 500,
  SignatureDoesNotMatch: 403,
  Throttled: 429,
  ThrottlingException: 429,
  TooManyRequestsException: 429,
  UnknownOperationException: 404,
};

/** The answer to an operation that AWS has and this platform does not. */
export function unknownOperation(service: string, operation: string): AwsError {
  return new AwsError(
    'UnknownOperationException',
    `${service} ${operation} is not implemented by the local platform`.replace(/ {2,}/g, ' '),
  );
}
