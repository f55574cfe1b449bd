/**
 * What the middleware costs. `common` and `all` count everything around the app's own answer, the log included, and are
 * told in the cost of one invocation by AWS's client with an empty handler. `off` says that a feature that is not
 * configured is not there.
 */
import { importTypeScript } from '../scripts/typescript.mjs';
import { startAwsClient } from './aws-client.mjs';
import { measureCosts } from './measure.mjs';

const toAws = 'aws client, empty handler';

export const claims = [
  { name: 'middleware.common', goal: 0.15, to: toAws, ratio: ({ common, nothing, aws }) => (common - nothing) / aws },
  { name: 'middleware.all', goal: 0.4, to: toAws, ratio: ({ all, nothing, aws }) => (all - nothing) / aws },
  { name: 'middleware.off', goal: 1.1, to: 'logs and errors alone', ratio: ({ off, minimal }) => off / minimal },
];

/** The costs by name, microseconds; without `aws` where AWS's client cannot run. */
export async function measure(note) {
  const { stacks, request } = await importTypeScript('bench/stacks.ts');
  const aws = await startAwsClient(note);
  if (aws.missing) note(`AWS's client is left out: it takes ${aws.missing}`);
  try {
    const subjects = Object.entries(stacks).map(([name, handler]) => [
      name,
      { call: () => handler(request()), times: 200 },
    ]);
    if (aws.invoke) subjects.push(['aws', { call: aws.invoke, times: 5 }]);
    return await measureCosts(Object.fromEntries(subjects), { rounds: 500, seconds: 40 });
  } finally {
    aws.close?.();
  }
}
