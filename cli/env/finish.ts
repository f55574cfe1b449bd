/** The end of every change of variables: it is applied, or the command for that is shown. */
import { placed } from '../argv/place.ts';
import type { Context } from '../command.ts';
import { type ChangeFlags, type Opened, scopeFlag } from './scope.ts';

interface Change extends Pick<ChangeFlags, 'apply'> {
  /** There is something that the next deploy would bring. */
  readonly changed: boolean;
  /** For programs. */
  readonly result: object;
}

export async function finish(context: Context, opened: Opened, { apply, changed, result }: Change): Promise<void> {
  const { applyTo } = await import('./apply.ts');
  const applied = apply ? await applyTo(context, opened) : null;
  if (!apply && changed)
    context.report.info('Takes effect', `with the next deploy, or now: ${command(context, opened)}`);
  if (context.flags.json) context.result('', { stage: opened.scope, ...result, ...(applied && { applied }) });
}

function command({ flags }: Context, opened: Opened): string {
  return placed(`up env apply${scopeFlag(opened)}`, flags);
}
