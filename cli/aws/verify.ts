/** Asks a published version for `/` before it gets traffic. */
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { UpError } from '../errors.ts';
import { readAppOutput } from '../logs/evidence.ts';
import type { Context } from './model.ts';
import { judge, probeEvent } from './probe.ts';
import { requestTimeout } from './session.ts';

export interface Verified {
  readonly status: number;
  /** Milliseconds from asking to having the answer: a cold start, because the version is new. */
  readonly duration: number;
}

/** Throws UP_VERIFY_FAILED with the app's own last lines. */
export async function verifyVersion({ clients, spec, world, outputs }: Context): Promise<Verified> {
  const started = performance.now();
  const { Payload, FunctionError, LogResult } = await clients.lambda.send(
    new InvokeCommand({
      FunctionName: spec.app,
      Qualifier: outputs.version,
      LogType: 'Tail',
      Payload: Buffer.from(JSON.stringify(probeEvent(spec.stage))),
    }),
    // The app may take all the time it has, after a cold start.
    { requestTimeout: Math.max(requestTimeout, (spec.fn.Timeout + 30) * 1000) },
  );
  const duration = performance.now() - started;
  const { status, failure } = judge(Payload, FunctionError !== undefined);
  if (failure === null) return { status, duration };
  const output = readAppOutput(Buffer.from(LogResult ?? '', 'base64').toString('utf8'));
  throw new UpError('UP_VERIFY_FAILED', `Version ${outputs.version} does not work: ${failure}`, {
    evidence: [...output, liveLine(world.alias?.version)].join('\n'),
    hint: 'mend the app, trying it with "up start", and deploy again',
    next: ['up start', 'up'],
  });
}

function liveLine(version: string | undefined): string {
  return version ? `It got no traffic: v${version} is still live.` : 'It got no traffic.';
}
