/** Brings a stage to what a spec wants: read, plan, apply, verify, move. What a deploy and a promotion have in common. */
import { createOutputs } from '../aws/apply.ts';
import type { Context as ApplyContext, Step } from '../aws/model.ts';
import { isNoop, plan } from '../aws/plan.ts';
import type { Spec } from '../aws/spec.ts';
import { readWorld } from '../aws/world.ts';
import type { Context } from '../command.ts';
import type { Commit } from '../git.ts';
import type { Target } from '../target.ts';
import { carryOut } from './carry-out.ts';

export interface Shipment {
  readonly spec: Spec;
  /** What the version is made of. */
  readonly commit: Commit;
  /** Once it is known that there is something to do, before anything is changed. */
  before?(steps: readonly Step[]): Promise<void>;
  /** When all is done. */
  after?(): Promise<void>;
}

export interface Deployed {
  readonly app: string;
  readonly stage: string;
  readonly version: string;
  readonly changed: boolean;
  readonly url: string;
}

export async function ship(context: Context, { clients }: Target, shipment: Shipment): Promise<Deployed> {
  const { spec, commit, before, after } = shipment;
  const { app, stage } = spec;
  const world = await readWorld(clients, spec);
  const steps = plan(spec, world);
  const outputs = createOutputs(spec, world);
  if (isNoop(steps)) {
    context.report.info('', `Nothing to deploy: v${outputs.version} has this code and config`);
    return { app, stage, version: outputs.version, changed: false, url: outputs.url };
  }
  await before?.(steps);
  const apply: ApplyContext = { clients, spec, world, outputs, say: () => {} };
  await carryOut(context, apply, steps, commit);
  await after?.();
  return { app, stage, version: outputs.version, changed: true, url: outputs.url };
}

/** The URL on stdout; to a person's terminal it is said once, with the time it took. */
export function showDeployed(context: Context, deployed: Deployed, milliseconds: number): void {
  const shown = context.io.stdoutIsTty && context.report.live(deployed.url, milliseconds);
  if (!shown) context.result(deployed.url, deployed);
}
