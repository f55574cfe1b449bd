/** What a delete takes and what it leaves. Pure. */
import type { Item, ItemType } from './item.ts';

export interface Selection {
  readonly remove: readonly Item[];
  /** Left, and why. */
  readonly keep: readonly Kept[];
}

export interface Kept {
  readonly item: Item;
  readonly why: string;
}

/** Of one stage, or of all of it. What is retained keeps what it cannot be without. */
export function selectDelete(
  items: readonly Item[],
  { stage, retain }: { readonly stage: string | null; readonly retain: readonly ItemType[] },
): Selection {
  const retained = withFoundations(items, retain);
  const keep: Kept[] = [];
  const remove: Item[] = [];
  for (const item of stage === null ? items : ofStage(items, stage)) {
    const why = reasonToKeep(item, retained, items);
    if (why === null) remove.push(item);
    else keep.push({ item, why });
  }
  return { remove, keep };
}

/** The versions of a stage are those made for it that nothing of another stage uses. */
export function ofStage(items: readonly Item[], stage: string): Item[] {
  const elsewhere = usedVersions(items.filter((item) => item.stage !== stage));
  return items.filter((item) => item.stage === stage && !(item.type === 'version' && elsewhere.has(item.id)));
}

/** Those that an alias gives traffic to or would go back to. */
export function usedVersions(items: readonly Item[]): ReadonlySet<string> {
  return new Set(items.flatMap(({ uses = [] }) => uses));
}

const onFunction: ReadonlySet<ItemType> = new Set(['function url', 'permission', 'alias', 'version']);
const onAlias: ReadonlySet<ItemType> = new Set(['function url', 'permission']);

function withFoundations(items: readonly Item[], retain: readonly ItemType[]): ReadonlySet<ItemType> {
  const present = retain.filter((type) => items.some((item) => item.type === type));
  const types = new Set(present);
  if (present.some((type) => onAlias.has(type))) types.add('alias');
  // A version may read its variables as it starts.
  if (present.some((type) => onFunction.has(type))) types.add('function').add('parameter');
  return types;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions */
const neededByLambda =
  'Lambda takes its network interfaces out of the VPC by it, within some 20 minutes. Then delete once more';

function reasonToKeep(item: Item, retained: ReadonlySet<ItemType>, items: readonly Item[]): string | null {
  if (!item.ours) return 'not made by up';
  if (retained.has(item.type)) return 'retained';
  if (item.type === 'role' && items.some(({ isAttached }) => isAttached)) return neededByLambda;
  if (item.type !== 'version' || !retained.has('alias')) return null;
  return usedVersions(items).has(item.id) ? 'an alias that is retained uses it' : null;
}
