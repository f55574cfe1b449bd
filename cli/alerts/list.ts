/** `up alerts`: what watches a stage, what state it is in, and whom it tells. Changes nothing. */
import type { Context } from '../command.ts';
import { openTarget } from '../target.ts';
import { renderAlerts } from './render.ts';
import { readStatus } from './status.ts';

export async function listAlerts(context: Context, stage: string): Promise<void> {
  const target = await openTarget(context, stage);
  const status = await readStatus(target);
  context.result(renderAlerts(stage, status, context.flags), { app: target.app, stage, ...status });
}
