/** Asks a published version for `/` before it gets traffic. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { UpError } from '../errors.ts';
import { howToWait, readAppOutput } from '../logs/evidence.ts';
import type { Clients } from './clients.ts';
import { judge, probeEvent } from './probe.ts';
import { requestTimeout } from './session.ts';

export interface Verified {
  readonly status: number;
  /** Milliseconds from asking to having the answer: a cold start, because the version is new. */
  readonly duration: number;
}

export interface Candidate {
  readonly app: string;
  readonly stage: string;
  readonly version: string;
  /** Seconds the function may take. */
  readonly timeout: number;
  /** The version that is live meanwhile; undefined for none. */
  readonly live: string | undefined;
  /** What to do when it fails in a way that says nothing of that. */
  readonly hint: string;
  readonly next: readonly string[];
}

/** Throws UP_VERIFY_FAILED with the app's own last lines. */
export async function verifyVersion(clients: Pick<Clients, 'lambda'>, candidate: Candidate): Promise<Verified> {
  const { app, stage, version, timeout, live, hint, next } = candidate;
  const started = performance.now();
  const { Payload, FunctionError, LogResult } = await clients.lambda.send(
    new InvokeCommand({
      FunctionName: app,
      Qualifier: version,
      LogType: 'Tail',
      Payload: Buffer.from(JSON.stringify(probeEvent(stage))),
    }),
    // The app may take all the time it has, after a cold start.
    { requestTimeout: Math.max(requestTimeout, (timeout + 30) * 1000) },
  );
  const duration = performance.now() - started;
  const { status, failure } = judge(Payload, FunctionError !== undefined);
  if (failure === null) return { status, duration };
  const output = readAppOutput(Buffer.from(LogResult ?? '', 'base64').toString('utf8')).map(fromProject);
  throw new UpError('UP_VERIFY_FAILED', `Version ${version} does not work: ${failure}`, {
    evidence: [...output, liveLine(live)].join('\n'),
    hint: howToWait(failure, output) ?? hint,
    next,
  });
}

/** Where Lambda unpacks a version, and where a local platform does. */
const unpacked = String.raw`(?:file:\/\/)?\/(?:var\/task|[^\s()']*\/code\/[0-9a-f]{64})\/`;
const unpackedModule = new RegExp(`module '${unpacked}`, 'g');
const unpackedFile = new RegExp(unpacked, 'g');

/** The author knows these files by where they lie in the project. A module that is one is not to be taken for a package. */
function fromProject(line: string): string {
  return line.replaceAll(unpackedModule, "module './").replaceAll(unpackedFile, '');
}

function liveLine(version: string | undefined): string {
  return version ? `It got no traffic: v${version} is still live.` : 'It got no traffic.';
}
