/** The end of a canary that did well: it gets all of the stage's traffic. */
import type { Canary, LiveAlias } from '../aws/model.ts';
import { pointAlias } from '../aws/resources/alias.ts';
import { verifyVersion } from '../aws/verify.ts';
import type { Context } from '../command.ts';
import { percent } from '../output/format.ts';
import { openTarget, type Target } from '../target.ts';
import { requireAlias } from './rollback.ts';
import { type Watch, watchRelease } from './watch.ts';

export interface Finished {
  readonly app: string;
  readonly stage: string;
  readonly version: string;
  /** What was live until now. */
  readonly from: string;
  readonly changed: boolean;
}

/** Finishes the canary and, off a terminal, writes the version that is live now to stdout. */
export async function runFinish(context: Context, stage: string, watch: Watch | undefined): Promise<void> {
  const target = await openTarget(context, stage);
  const alias = await requireAlias(target);
  const done = alias.canary
    ? await finish(context, target, { alias, canary: alias.canary, watch })
    : none(context, target, alias);
  if (context.flags.json || !context.io.stdoutIsTty) context.result(`v${done.version}`, done);
}

function none({ report }: Context, { app, stage }: Target, { version }: LiveAlias): Finished {
  report.info('', `Nothing to promote: no canary runs on ${stage}, v${version} has all of its traffic`);
  return { app, stage, version, from: version, changed: false };
}

interface Work {
  readonly alias: LiveAlias;
  readonly canary: Canary;
  readonly watch: Watch | undefined;
}

async function finish(context: Context, target: Target, { alias, canary, watch }: Work): Promise<Finished> {
  const { clients, app, stage, config } = target;
  const { version } = canary;
  const live = alias.version;
  const revision = await context.report.step('Live', async (say) => {
    const next = [`up rollback -s ${stage}`];
    const hint = 'up rollback, which ends the canary';
    await verifyVersion(clients, { app, stage, version, timeout: config.lambda.timeout, live, hint, next });
    const moved = await pointAlias(clients, { app, stage }, { version, canary: null, before: live }, alias.revisionId);
    say(`${stage} is v${version}, which had ${percent(canary.share)} of it beside v${live}`);
    return moved;
  });
  if (watch) {
    const back = { version: live, canary: null, before: alias.before };
    await watchRelease(context, target, watch, { version, revision, back });
  }
  return { app, stage, version, from: live, changed: true };
}
