/** Deploys in the test's own process: the steps of a deploy against a platform, without building and proving an app. */
import { createHash } from 'node:crypto';
import { applyStep, createOutputs } from '../../cli/aws/apply.ts';
import { type Clients, createClients } from '../../cli/aws/clients.ts';
import { plan } from '../../cli/aws/plan.ts';
import { createSession } from '../../cli/aws/session.ts';
import { createSpec, type Spec } from '../../cli/aws/spec.ts';
import { readWorld } from '../../cli/aws/world.ts';
import { parseConfig, resolveStage } from '../../config/index.ts';
import { makeZip } from '../fakes/zip.ts';

export const identity = { account: '000000000000', region: 'us-east-1' };

const token = { getRetryCount: () => 0, getRetryDelay: () => 0 };
const once = {
  acquireInitialRetryToken: async () => token,
  refreshRetryTokenForRetry: () => Promise.reject(new Error('not again')),
  recordSuccess() {},
};

/** One attempt per call: what a test makes fail has failed. */
export function clientsOf({ url }: { readonly url: string }): Clients {
  const options = { env: {}, region: undefined, profile: undefined, config: { regions: [] }, localUrl: url };
  const { retryStrategy: _, ...settings } = createSession(options).client;
  return createClients({ ...settings, retryStrategy: once });
}

export interface Wanted {
  readonly stage?: string;
  /** What tells one package from another. */
  readonly code?: string;
}

/** What a deploy of the app `shop` wants, or of the one that `upJson` names. */
export function wantedOf(upJson: object = {}, { stage = 'staging', code = 'one' }: Wanted = {}): Spec {
  const { config } = parseConfig(JSON.stringify({ name: 'shop', ...upJson }), { file: 'up.json' });
  const zip = makeZip({ 'app.js': code });
  const sha256 = createHash('sha256').update(zip).digest('base64');
  const commit = { commit: 'abc1234', author: 'Ada', message: 'Begin' };
  return createSpec(resolveStage(config, stage), { zip, sha256 }, commit, identity, null);
}

export async function deploySteps(clients: Clients, spec: Spec): Promise<void> {
  const world = await readWorld(clients, spec);
  const context = { clients, spec, world, outputs: createOutputs(spec, world), say: () => {} };
  for (const step of plan(spec, world)) await applyStep(context, step);
}
