/**
 * The variables that did not fit into the version of the function: its variable UP_PARAMETERS names parameters of Systems
 * Manager with the number of the version of each, so that what a release runs with never changes. They are read once per
 * environment, before the app is started; a function without that variable does not even load this file.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AwsV4Signer } from 'aws4fetch';
import { credentialsOf, endpointOf, regionOf } from './aws.ts';

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html: names in one call. */
const namesAtOnce = 10;

/** Of init's ten seconds; the rest is for the app. */
const boundMs = 8_000;

/**
 * Errors that pass: a throttle when many environments start at once, and a permission granted seconds ago that has not
 * reached every host.
 */
const passing = new Set(['ThrottlingException', 'AccessDeniedException', 'InternalServerError', 'ServiceUnavailable']);
const firstPauseMs = 100;

export interface ParameterOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** The name of the app. */
  readonly app: string;
  /** Milliseconds; for tests. */
  readonly bound?: number;
}

/** Puts them into `environment`. Throws an error that says why it could not; it never holds a value. */
export async function readParameters({ environment, app, bound = boundMs }: ParameterOptions): Promise<void> {
  const names = toNames(app, environment.UP_PARAMETERS ?? '');
  const deadline = performance.now() + bound;
  const batches = Array.from({ length: Math.ceil(names.length / namesAtOnce) }, (_, index) =>
    names.slice(index * namesAtOnce, (index + 1) * namesAtOnce),
  );
  const found = await Promise.all(batches.map((batch) => readBatch(environment, batch, deadline)));
  for (const { Name, Value } of found.flat()) environment[Name.slice(Name.lastIndexOf('/') + 1)] = Value;
  delete environment.UP_PARAMETERS;
}

/** From `all=NAME:3,OTHER:1;staging=NAME:2`, as the CLI writes it. */
function toNames(app: string, pins: string): string[] {
  return pins
    .split(';')
    .filter(Boolean)
    .flatMap((part) => {
      const [scope, list = ''] = part.split('=');
      return list.split(',').map((pin) => `/up/${app}/${scope}/${pin}`);
    });
}

interface Found {
  readonly Name: string;
  readonly Value: string;
}

interface Answer {
  readonly Parameters?: readonly Found[];
  readonly InvalidParameters?: readonly string[];
  readonly __type?: string;
  readonly message?: string;
}

async function readBatch(
  environment: NodeJS.ProcessEnv,
  names: readonly string[],
  deadline: number,
): Promise<readonly Found[]> {
  let reason = '';
  for (let pause = firstPauseMs; ; pause *= 2) {
    const outcome = await ask(environment, names, deadline);
    if (typeof outcome !== 'string') return known(outcome);
    // A timeout of the last try says less than the failure that made it necessary.
    reason = outcome === outOfTime && reason !== '' ? reason : outcome;
    const wait = pause * (0.5 + Math.random());
    const mayPass = passing.has(outcome.split(':')[0] ?? '') || outcome.startsWith(noAnswer);
    if (!mayPass || performance.now() + wait > deadline) throw failure(reason);
    await sleep(wait);
  }
}

const noAnswer = 'no answer';
const outOfTime = `${noAnswer}: TimeoutError`;

function known({ Parameters = [], InvalidParameters = [] }: Answer): readonly Found[] {
  if (InvalidParameters.length === 0) return Parameters;
  throw failure(`there is no ${InvalidParameters.join(', ')}`);
}

/** The answer, or why there is none. */
async function ask(
  environment: NodeJS.ProcessEnv,
  names: readonly string[],
  deadline: number,
): Promise<Answer | string> {
  try {
    const { url, headers, body } = await sign(environment, names);
    const signal = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())));
    const response = await fetch(url, { method: 'POST', headers, body, signal });
    const text = await response.text();
    return response.ok ? answerOf(text) : refusal(response.status, text);
  } catch (error) {
    const { name, cause } = error as Error & { readonly cause?: NodeJS.ErrnoException };
    if (cause === undefined && name !== 'TimeoutError') throw error;
    return `${noAnswer}: ${cause?.code ?? name}`;
  }
}

function answerOf(text: string): Answer | string {
  try {
    return JSON.parse(text) as Answer;
  } catch {
    // The text is not repeated: it may hold what was asked for.
    return 'it answered 200, which is not AWS';
  }
}

/** AWS's name of the error and, where it is about rights, who may not do what. */
function refusal(status: number, text: string): string {
  try {
    const { __type = '', message = '' } = JSON.parse(text) as Answer;
    return `${__type.split('#').at(-1)}: ${message}`;
  } catch {
    // Not AWS: a page of a proxy, say.
    return status >= 500 ? `ServiceUnavailable: it answered ${status}` : `it answered ${status}`;
  }
}

async function sign(environment: NodeJS.ProcessEnv, Names: readonly string[]) {
  const body = JSON.stringify({ Names, WithDecryption: true });
  const signer = new AwsV4Signer({
    ...credentialsOf(environment),
    method: 'POST',
    url: `${endpointOf(environment, 'ssm')}/`,
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AmazonSSM.GetParameters' },
    body,
    service: 'ssm',
    region: regionOf(environment),
  });
  const { url, headers } = await signer.sign();
  return { url, headers, body };
}

function failure(why: string): Error {
  return new Error(`The parameters of this version cannot be read: ${why}`);
}
