/** `up prune`: removes what nobody needs any more, after it has said what and why. */
import type { Context } from '../command.ts';
import { previewStage } from '../deploy/preview-stage.ts';
import { UpError } from '../errors.ts';
import { parseDuration } from '../logs/duration.ts';
import { count } from '../output/format.ts';
import { type Project, stageOf } from '../project/project.ts';
import { confirm } from '../prompt/confirm.ts';
import { openScope } from '../target.ts';
import { readInventory } from './inventory.ts';
import { inOrder } from './item.ts';
import { listItems, renderItems, toJson } from './list.ts';
import { removeItems } from './remove.ts';
import { type PruneRules, selectPrune } from './select-prune.ts';

export interface PruneFlags {
  /** Names of previews, as they were deployed. */
  readonly previews: readonly string[];
  /** As given: `7d`. */
  readonly olderThan: string;
  readonly retain: string;
  readonly yes: boolean;
  readonly dryRun: boolean;
}

export async function runPrune(context: Context, flags: PruneFlags): Promise<void> {
  const olderThan = parseAge(flags.olderThan);
  const retain = parseCount(flags.retain);
  const previews = flags.previews.map(previewStage);
  const { project, scope } = await openScope(context, previews.join(', ') || 'every stage');
  const rules = { previews, olderThan, retain, now: Date.now(), frontOf: frontsOf(project) };
  const pruned = selectPrune(await readInventory(scope), rules);
  const reasons = new Map(pruned.map(({ item, why }) => [item, why]));
  const items = inOrder([...reasons.keys()]);
  const list = items.map((item) => ({ ...toJson(item), why: reasons.get(item) }));
  listItems(context, items, reasons);
  const { app } = scope;
  if (items.length === 0) return context.result('Nothing to prune', { app, removed: [] });
  const what = count(items.length, 'resource');
  if (flags.dryRun) {
    return context.result(`Would remove ${what}. Nothing was changed.`, { app, removed: [], would_remove: list });
  }
  const evidence = renderItems(items);
  if (!(await confirm(context, { text: `Remove ${what}?`, words: wordsOf(flags), evidence, yes: flags.yes })))
    return context.result('Nothing was removed', { app, removed: [] });
  await removeItems(context, scope, items);
  context.result(`Removed ${what}`, { app, removed: list });
}

function wordsOf({ previews, olderThan, retain }: PruneFlags): string[] {
  return ['prune', ...previews, ...(previews.length > 0 ? [] : ['--older-than', olderThan, '--retain', retain])];
}

/** By up.json. */
export function frontsOf(project: Project): PruneRules['frontOf'] {
  return (stage) => {
    try {
      return stageOf(project, stage).url;
    } catch (error) {
      if (error instanceof UpError && error.code === 'UP_STAGE_UNKNOWN') return undefined;
      throw error;
    }
  };
}

function parseAge(text: string): number {
  // The one duration that needs no unit.
  const age = text === '0' ? 0 : parseDuration(text);
  if (age !== null) return age;
  throw new UpError('UP_USAGE', `--older-than takes a duration such as 12h or 7d, not "${text}"`);
}

function parseCount(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new UpError('UP_USAGE', `--retain takes a whole number, not "${text}"`);
}
