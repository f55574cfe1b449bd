/** The codes and exit codes of the contract, and AWS's failures in our words. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { fromAwsError } from '../../cli/aws/errors.ts';
import { createSession } from '../../cli/aws/session.ts';
import { UpBuildError } from '../../cli/build/error.ts';
import { type ErrorCode, errorTable } from '../../cli/error-table.ts';
import { UpError } from '../../cli/errors.ts';
import { toUpError } from '../../cli/to-up-error.ts';

describe('the table', () => {
  test('these codes end with these exit codes; a change here is a change of the contract', () => {
    const byExit = new Map<number, string[]>();
    for (const [code, { exit }] of Object.entries(errorTable)) byExit.set(exit, [...(byExit.get(exit) ?? []), code]);
    const lines = [...byExit]
      .toSorted(([a], [b]) => a - b)
      .map(([exit, codes]) => `${exit} ${codes.toSorted().join(' ')}`);
    expect(lines).toMatchInlineSnapshot(`
      [
        "1 UP_ALERT_UNDELIVERED UP_AWS_FAILED UP_BUILD_TYPESCRIPT UP_CHECK_FAILED UP_DOCTOR_PROBLEMS UP_FILE_SYSTEM UP_HOOK_FAILED UP_INTERNAL UP_LOCAL_START UP_PACKAGE_CHANGED UP_PACKAGE_DEFLATE UP_PACKAGE_PROXY UP_PACKAGE_RESERVED UP_PACKAGE_SYMLINK UP_PACKAGE_UNREADABLE UP_PLATFORM UP_PROVISIONED_FAILED UP_RUNTIME_INTERPRETER UP_VERIFY_FAILED UP_WATCH_FAILED",
        "2 UP_APP_NOT_FOUND UP_APP_PACKAGE_JSON UP_CONFIG UP_CONFIG_UNREADABLE UP_ENV_FILE UP_ENV_KIND UP_ENV_NAME UP_ENV_SIZE UP_LOGS_CURSOR UP_LOGS_QUERY UP_PACKAGE_SECRET UP_PACKAGE_TOO_LARGE UP_REGION_MISSING UP_STAGE_LOCAL UP_STAGE_UNKNOWN UP_USAGE",
        "3 UP_AUTH_EXPIRED UP_AUTH_MISSING",
        "4 UP_ALERT_NOT_FOUND UP_AWS_DENIED UP_AWS_NOT_FOUND UP_DOMAIN_CERTIFICATE UP_DOMAIN_ZONE UP_ENV_NOT_FOUND UP_NOT_DEPLOYED UP_RELEASE_NOT_FOUND",
        "5 UP_ALERT_ACTIVE UP_DEPLOY_CONFLICT UP_INIT_EXISTS UP_LOCAL_RUNNING UP_NOT_OURS UP_PORT_TAKEN",
        "6 UP_AWS_UNAVAILABLE",
      ]
    `);
  });

  test.each(Object.entries(errorTable))('%s is a stable name with a meaning and a hint', (code, { means, hint }) => {
    expect(code).toMatch(/^UP(?:_[A-Z]+)+$/);
    expect(means).toMatch(/\.$/);
    expect(hint).not.toBe('');
  });

  test.each(Object.keys(errorTable))('%s leaves a program with a command to run, whatever the hint', (code) => {
    const proposals = [{}, { hint: 'mend it' }].map((parts) => new UpError(code as ErrorCode, 'x', parts).next.length);
    expect(Math.min(...proposals)).toBeGreaterThan(0);
  });

  test('an error takes exit code and hint from it, unless the place that throws knows better', () => {
    expect(new UpError('UP_NOT_OURS', 'x')).toMatchObject({ exit: 5, hint: errorTable.UP_NOT_OURS.hint });
    expect(new UpError('UP_NOT_OURS', 'x', { hint: 'rename it' }).hint).toBe('rename it');
  });
});

interface SdkParts {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly status?: number;
  readonly requestId?: string;
}

function sdkError({ name = 'Error', message = 'said so', code, status, requestId }: SdkParts): Error {
  const error = Object.assign(new Error(message), { name, ...(code && { code }) });
  return status === undefined ? error : Object.assign(error, { $metadata: { httpStatusCode: status, requestId } });
}

describe('what AWS says', () => {
  test.each<[title: string, parts: SdkParts, code: ErrorCode, exit: number]>([
    ['IAM denies', { name: 'AccessDenied', status: 403 }, 'UP_AWS_DENIED', 4],
    ['Lambda denies', { name: 'AccessDeniedException', status: 403 }, 'UP_AWS_DENIED', 4],
    ['a session has run out', { name: 'ExpiredTokenException', status: 400 }, 'UP_AUTH_EXPIRED', 3],
    ['a key is unknown', { name: 'UnrecognizedClientException', status: 403 }, 'UP_AUTH_EXPIRED', 3],
    ['a signature does not match', { name: 'SignatureDoesNotMatch', status: 403 }, 'UP_AUTH_EXPIRED', 3],
    ['a key has a space in it', { name: 'MissingAuthenticationToken', status: 403 }, 'UP_AUTH_EXPIRED', 3],
    ['a signature lacks a part', { name: 'IncompleteSignatureException', status: 400 }, 'UP_AUTH_EXPIRED', 3],
    ['S3 does not know the session', { name: 'InvalidToken', status: 400 }, 'UP_AUTH_EXPIRED', 3],
    ['EC2 does not know the key', { name: 'AuthFailure', status: 401 }, 'UP_AUTH_EXPIRED', 3],
    ['S3 finds the clock wrong', { name: 'RequestTimeTooSkewed', status: 403 }, 'UP_AUTH_EXPIRED', 3],
    ['an SSO session has run out', { name: 'TokenProviderError', message: 'Token is expired' }, 'UP_AUTH_EXPIRED', 3],
    ['no credentials are found', { name: 'CredentialsProviderError', message: 'Could not load' }, 'UP_AUTH_MISSING', 3],
    ['no region is configured', { message: 'Region is missing' }, 'UP_REGION_MISSING', 2],
    ['a function is not there', { name: 'ResourceNotFoundException', status: 404 }, 'UP_AWS_NOT_FOUND', 4],
    ['a role is not there', { name: 'NoSuchEntityException', status: 404 }, 'UP_AWS_NOT_FOUND', 4],
    ['a revision is not the newest', { name: 'PreconditionFailedException', status: 412 }, 'UP_DEPLOY_CONFLICT', 5],
    ['an update is under way', { name: 'ResourceConflictException', status: 409 }, 'UP_DEPLOY_CONFLICT', 5],
    ['a role was made meanwhile', { name: 'EntityAlreadyExistsException', status: 409 }, 'UP_DEPLOY_CONFLICT', 5],
    ['a log group was made meanwhile', { name: 'OperationAbortedException', status: 400 }, 'UP_DEPLOY_CONFLICT', 5],
    ['it never answers', { name: 'TimeoutError', message: 'exceeded 60000 ms' }, 'UP_AWS_UNAVAILABLE', 6],
    ['it throttles', { name: 'TooManyRequestsException', status: 429 }, 'UP_AWS_UNAVAILABLE', 6],
    ['it fails', { name: 'ServiceException', status: 500 }, 'UP_AWS_UNAVAILABLE', 6],
    [
      'a proxy answers with a page',
      { name: 'SyntaxError', message: 'Unexpected token <', status: 200 },
      'UP_AWS_UNAVAILABLE',
      6,
    ],
    ['it refuses for a reason of its own', { name: 'InvalidParameterValueException', status: 400 }, 'UP_AWS_FAILED', 1],
    ...['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'ETIMEDOUT', 'EAI_AGAIN', 'EPIPE'].map(
      (code): [string, SdkParts, ErrorCode, number] => [`the network says ${code}`, { code }, 'UP_AWS_UNAVAILABLE', 6],
    ),
  ])('when %s', (_title, parts, code, exit) => {
    expect(fromAwsError(sdkError(parts))).toMatchObject({ code, exit });
  });

  test.each([
    ['RequestTimeTooSkewed', 'The difference between the request time and the current time is too large.'],
    ['InvalidSignatureException', 'Signature expired: 20261128T080000Z is now earlier than 20261128T083000Z'],
    ['SignatureDoesNotMatch', 'Signature not yet current: 20261128T093000Z is still later than 20261128T090000Z'],
  ])('of the time, as %s, is about the clock and no new session', (name, message) => {
    expect(fromAwsError(sdkError({ name, message, status: 403 }))?.hint).toBe('set the clock of this machine');
  });

  test('of what is not there proposes no deploy, which would be of staging, but a look and the same command', () => {
    const error = fromAwsError(sdkError({ name: 'ResourceNotFoundException', status: 404 }));
    expect(error).toMatchObject({ hint: 'see what there is: up status', next: ['up status'], again: true });
  });

  test('is shown with its name, its first line and the id of the request', () => {
    const message = 'You may not do that\nsecond line';
    const error = fromAwsError(sdkError({ name: 'AccessDeniedException', message, status: 403, requestId: 'r-7' }));
    expect(error?.evidence).toBe('AWS said   AccessDeniedException: You may not do that\nRequest    r-7');
  });

  test('of a permission is taken apart: what has to be allowed on what, and to whom', () => {
    const message =
      'User: arn:aws:iam::1:user/ada is not authorized to perform: lambda:GetFunction on resource: arn:aws:lambda:eu-west-1:1:function:a because no identity-based policy allows the lambda:GetFunction action';
    const error = fromAwsError(sdkError({ name: 'AccessDeniedException', message, status: 403, requestId: 'r-7' }));
    expect(error).toMatchObject({ code: 'UP_AWS_DENIED', message: 'AWS does not allow lambda:GetFunction' });
    expect(error?.evidence).toBe(
      [
        'Action     lambda:GetFunction',
        'Resource   arn:aws:lambda:eu-west-1:1:function:a',
        'User       arn:aws:iam::1:user/ada',
        'Request    r-7',
      ].join('\n'),
    );
  });

  test('of a permission that a statement denies says that allowing it is not enough', () => {
    const message =
      'User: arn:aws:iam::1:user/ada is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::b/k" with an explicit deny in an identity-based policy';
    const error = fromAwsError(sdkError({ name: 'AccessDenied', message, status: 403 }));
    expect(error?.evidence).toBe(
      [
        'Action     s3:PutObject',
        'Resource   arn:aws:s3:::b/k',
        'User       arn:aws:iam::1:user/ada',
        'Why        a statement of a policy forbids it',
      ].join('\n'),
    );
    expect(error?.hint).toBe('change the statement that denies it');
  });

  test('of a connection that was refused everywhere is what each address said', () => {
    const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:1')]), {
      code: 'ECONNREFUSED',
    });
    expect(fromAwsError(refused)?.evidence).toBe('Tried      connect ECONNREFUSED ::1:1');
  });

  test.each([
    [new Error('a bug')],
    [new TypeError('another')],
    ['a string'],
    [undefined],
  ])('%s is not of AWS', (error) => {
    expect(fromAwsError(error)).toBeNull();
  });
});

describe('a client of AWS', () => {
  test('gives up an endpoint that takes the call and never answers', async () => {
    const silent = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const localUrl = `http://127.0.0.1:${port}`;
    const { client } = createSession({
      env: {},
      region: undefined,
      profile: undefined,
      config: { regions: [] },
      localUrl,
    });
    expect(client.requestHandler).toEqual({
      connectionTimeout: 5_000,
      requestTimeout: 60_000,
      throwOnRequestTimeout: true,
    });
    const lambda = new LambdaClient({ ...client, maxAttempts: 1 });
    const call = lambda.send(new ListFunctionsCommand({}), { requestTimeout: 50 });
    const error = await call.then(() => null, fromAwsError);
    expect(error).toMatchObject({ code: 'UP_AWS_UNAVAILABLE', exit: 6 });
    silent.closeAllConnections();
    silent.close();
  });
});

describe('whatever is thrown', () => {
  test.each([
    ['a full disk, which names no file', { code: 'ENOSPC', syscall: 'write' }, 'A file cannot be written: no space'],
    ['a file nobody may write', { code: 'EACCES', syscall: 'open', path: '/a/b' }, '/a/b: permission denied'],
    ['a read-only file system', { code: 'EROFS', syscall: 'mkdir', path: '/a' }, '/a: the file system is read-only'],
    ['the goal of a rename', { code: 'ENOENT', syscall: 'rename', path: '/a', dest: '/b' }, '/b: no such file'],
  ])('%s is no bug of ours', (_title, parts, message) => {
    const error = toUpError(Object.assign(new Error('said the system'), parts));
    expect(error).toMatchObject({ code: 'UP_FILE_SYSTEM', exit: 1, message: expect.stringContaining(message) });
    expect(error.evidence).toBe('System     said the system');
  });

  test.each([
    ['a program that is missing', { code: 'ENOENT', syscall: 'spawn nothing', path: 'nothing' }],
    ['a port nobody may open', { code: 'EACCES', syscall: 'listen' }],
    ['a process of somebody else', { code: 'EPERM', syscall: 'kill' }],
  ])('%s is not of the file system', (_title, parts) => {
    expect(toUpError(Object.assign(new Error('no'), parts)).code).toBe('UP_INTERNAL');
  });

  test('an error of the build keeps its code, hint and evidence', () => {
    const thrown = new UpBuildError('UP_HOOK_FAILED', 'no', { hint: 'do it by hand', evidence: 'line\n' });
    expect(toUpError(thrown)).toMatchObject({
      code: 'UP_HOOK_FAILED',
      exit: 1,
      hint: 'do it by hand',
      evidence: 'line',
    });
  });

  test.each([
    ['an error', new Error('oh'), 'Unexpected: oh'],
    ['a string', 'oh', 'Unexpected: oh'],
    ['a code that is not in the table', new UpBuildError('UP_NEW', 'oh'), 'Unexpected: oh'],
  ])('%s that nobody foresaw is a bug of ours', (_title, thrown, message) => {
    expect(toUpError(thrown)).toMatchObject({ code: 'UP_INTERNAL', exit: 1, message });
  });
});
