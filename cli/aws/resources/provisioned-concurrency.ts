/**
 * Provisioned concurrency of a stage, on its alias: where the alias goes, the environments go. Lambda gives those of the
 * version before up and starts those of the new one, and requests start on demand meanwhile; so the deploy waits for
 * them. While an alias splits its traffic its provisioned concurrency cannot be changed.
 *
 * https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
 */
import {
  DeleteProvisionedConcurrencyConfigCommand,
  GetProvisionedConcurrencyConfigCommand,
  ProvisionedConcurrencyConfigNotFoundException,
  PutProvisionedConcurrencyConfigCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { UpError } from '../../errors.ts';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveProvisioned, Step, World } from '../model.ts';
import type { Spec } from '../spec.ts';
import { marks } from '../tags.ts';
import { waitUntil } from '../wait.ts';
import { removeMark, setMark } from './mark.ts';

type Name = Pick<Spec, 'app' | 'stage'>;

export async function readProvisioned(
  { lambda }: Pick<Clients, 'lambda'>,
  name: Name,
): Promise<LiveProvisioned | null> {
  try {
    const found = await lambda.send(new GetProvisionedConcurrencyConfigCommand(qualified(name)));
    return { requested: found.RequestedProvisionedConcurrentExecutions ?? 0, status: found.Status };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** `moves`: the alias goes to another version, and its environments have to be waited for. */
export function diffProvisioned(
  spec: Spec,
  live: LiveProvisioned,
  { fn, moves }: Pick<World, 'fn'> & { readonly moves: boolean },
): Change[] {
  const changes: Change[] = [];
  const { provisioned } = spec;
  if (live.requested !== provisioned) changes.push({ field: 'count', from: live.requested, to: provisioned });
  else if (live.status === 'FAILED' && !moves) changes.push({ field: 'status', from: 'FAILED', to: 'READY' });
  if (live.status === 'IN_PROGRESS' || moves) changes.push({ field: 'ready', from: false, to: true });
  const mark = marks.provisioned(spec.stage);
  if (fn?.tags?.[mark] === undefined) changes.push({ field: 'tag', from: undefined, to: mark });
  return changes;
}

export async function createProvisioned(context: Context): Promise<void> {
  await setMark(context, marks.provisioned(context.spec.stage));
  await put(context);
  await ready(context);
}

export async function updateProvisioned(context: Context, { changes }: Step): Promise<void> {
  const fields = new Set(changes.map(({ field }) => field));
  await setMark(context, marks.provisioned(context.spec.stage));
  if (fields.has('count') || fields.has('status')) await put(context);
  await ready(context);
}

async function put({ clients: { lambda }, spec }: Context): Promise<void> {
  const ProvisionedConcurrentExecutions = spec.provisioned;
  await lambda.send(
    new PutProvisionedConcurrencyConfigCommand({ ...qualified(spec), ProvisionedConcurrentExecutions }),
  );
}

/** Lambda starts some hundreds a minute. */
const readyTimeoutMs = 600_000;

async function ready({ clients: { lambda }, spec, say }: Context): Promise<void> {
  await waitUntil(
    async () => {
      const live = await lambda.send(new GetProvisionedConcurrencyConfigCommand(qualified(spec)));
      if (live.Status === 'FAILED') throw failed(spec, live.StatusReason);
      say(`${live.AvailableProvisionedConcurrentExecutions ?? 0} of ${spec.provisioned} environments are ready`);
      return live.Status === 'READY' ? true : null;
    },
    { timeout: readyTimeoutMs, for: `${spec.provisioned} provisioned environments of ${spec.stage}` },
  );
}

function failed({ stage, provisioned }: Spec, reason = 'no reason given'): UpError {
  return new UpError('UP_PROVISIONED_FAILED', `Lambda could not start ${provisioned} environments for ${stage}`, {
    evidence: `AWS said   ${reason}\nThe stage is live and starts environments on demand.`,
    next: [`up logs -s ${stage}`, `up ${stage}`],
  });
}

/** Gone is done. */
export async function removeProvisioned(
  clients: Pick<Clients, 'lambda'>,
  spec: Pick<Spec, 'app' | 'stage' | 'identity'>,
): Promise<void> {
  try {
    await clients.lambda.send(new DeleteProvisionedConcurrencyConfigCommand(qualified(spec)));
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  await removeMark(clients, spec, marks.provisioned(spec.stage));
}

function qualified({ app, stage }: Name) {
  return { FunctionName: app, Qualifier: stage };
}

/** The configuration, the alias or the function is. */
function isGone(error: unknown): boolean {
  return error instanceof ProvisionedConcurrencyConfigNotFoundException || error instanceof ResourceNotFoundException;
}
