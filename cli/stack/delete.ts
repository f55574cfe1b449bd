/** `up delete`: says what will go, asks, and removes it. What was never made by up stays, whatever it is called. */
import { stageNames } from '../../config/index.ts';
import { didYouMean, nearest } from '../../config/nearest.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { count } from '../output/format.ts';
import { type Project, stageOf } from '../project/project.ts';
import { confirm } from '../prompt/confirm.ts';
import { openScope } from '../target.ts';
import { readInventory } from './inventory.ts';
import { type ItemType, inOrder, typesInOrder } from './item.ts';
import { listItems, renderItems, toJson } from './list.ts';
import { removeItems } from './remove.ts';
import { type Selection, selectDelete } from './select-delete.ts';

export interface DeleteFlags {
  /** Null for the whole app. */
  readonly stage: string | null;
  /** As given: `log-group,role`. */
  readonly retain: readonly string[];
  readonly yes: boolean;
  readonly dryRun: boolean;
}

export async function runDelete(context: Context, flags: DeleteFlags): Promise<void> {
  const retain = parseTypes(flags.retain);
  const { stage } = flags;
  const { project, scope } = await openScope(context, stage ?? 'every stage');
  const selection = selectDelete(await readInventory(scope), { stage, retain });
  const remove = inOrder(selection.remove);
  const what = stage === null ? `"${scope.app}"` : `${stage} of "${scope.app}"`;
  show(context, selection);
  const result = { app: scope.app, stage, kept: selection.keep.map(({ item, why }) => ({ ...toJson(item), why })) };
  if (remove.length === 0 && stage !== null) refuseSlip(stage, project);
  if (remove.length === 0) return context.result(`Nothing to delete of ${what}`, { ...result, removed: [] });
  if (flags.dryRun) {
    const text = `Would delete ${count(remove.length, 'resource')} of ${what}. Nothing was changed.`;
    return context.result(text, { ...result, removed: [], would_remove: remove.map(toJson) });
  }
  const kept = retain.length > 0 ? ['--retain', flags.retain.join(',')] : [];
  const words = ['delete', ...(stage === null ? [] : [stage]), ...kept];
  const text = `Delete ${count(remove.length, 'resource')} of ${what}?`;
  const evidence = renderItems(remove);
  if (!(await confirm(context, { text, words, evidence, yes: flags.yes })))
    return context.result('Nothing was deleted', { ...result, removed: [] });
  await removeItems(context, scope, remove);
  context.result(`Deleted ${count(remove.length, 'resource')} of ${what}`, { ...result, removed: remove.map(toJson) });
}

/** A stage may have left up.json before its resources went; a slip of the hand is no such stage. */
function refuseSlip(stage: string, project: Project): void {
  const known = stageNames(project.config);
  if (!known.includes(stage) && nearest(stage, known) !== undefined) stageOf(project, stage);
}

function show(context: Context, { remove, keep }: Selection): void {
  listItems(context, inOrder(remove), new Map());
  for (const { item, why } of keep) context.report.info('keeps', `${item.type} ${item.name}: ${why}`);
}

/** `http-api` is easier to type than `"http api"`. */
function parseTypes(words: readonly string[]): ItemType[] {
  return words
    .flatMap((word) => word.split(','))
    .map((word) => {
      const type = typesInOrder.find((known) => known === word.trim().replaceAll('-', ' '));
      if (type !== undefined) return type;
      const known = typesInOrder.map((name) => name.replaceAll(' ', '-'));
      const near = didYouMean(word, known) || '.';
      throw new UpError('UP_USAGE', `"${word}" is not a type of resource${near} The types are ${known.join(', ')}`);
    });
}
