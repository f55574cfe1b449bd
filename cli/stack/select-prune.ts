/** What nobody needs any more: previews that are over, versions that are too old, leftovers. Pure. */
import { isPreview } from '../../config/index.ts';
import { permissionId } from '../aws/names.ts';
import { duration } from '../output/format.ts';
import type { Item } from './item.ts';
import { ofStage, usedVersions } from './select-delete.ts';

export interface PruneRules {
  /** Stages of previews to remove whatever their age; with any of them, nothing else is looked at. */
  readonly previews: readonly string[];
  /** Milliseconds a preview lives after its last deploy. */
  readonly olderThan: number;
  /** Versions of each stage that stay, the newest ones; those in use stay in any case. */
  readonly retain: number;
  /** Epoch milliseconds. */
  readonly now: number;
  /** What gives a stage its URL by up.json; undefined for a stage it does not know. */
  readonly frontOf: (stage: string) => 'http_api' | 'function_url' | undefined;
}

export interface Pruned {
  readonly item: Item;
  readonly why: string;
}

/** Each item once, with the first reason that is found. */
export function selectPrune(items: readonly Item[], rules: PruneRules): Pruned[] {
  const ours = items.filter((item) => item.ours);
  const named = rules.previews.flatMap((stage) => ofStage(ours, stage).map((item) => ({ item, why: 'preview' })));
  if (rules.previews.length > 0) return named;
  const going = [...oldPreviews(ours, rules), ...leftovers(ours, rules), ...oldVersions(ours, rules)];
  const staying = ours.filter((item) => !going.some((pruned) => pruned.item === item));
  return [
    ...new Map([...going, ...unused(staying)].toReversed().map((pruned) => [pruned.item, pruned])).values(),
  ].toReversed();
}

function oldPreviews(items: readonly Item[], { olderThan, now }: PruneRules): Pruned[] {
  return items
    .filter(({ type, name }) => type === 'alias' && isPreview(name))
    .flatMap(({ name, uses = [] }) => {
      const age = now - lastDeploy(items, uses, now);
      if (age < olderThan) return [];
      return ofStage(items, name).map((item) => ({ item, why: `preview, ${days(age)} old` }));
    });
}

function lastDeploy(items: readonly Item[], uses: readonly string[], now: number): number {
  const [live] = items.filter(({ type, id }) => type === 'version' && id === uses[0]);
  return live?.created ?? now;
}

const dayMs = 86_400_000;

function days(age: number): string {
  const whole = Math.floor(age / dayMs);
  if (whole === 0) return duration(age);
  return whole === 1 ? '1 day' : `${whole} days`;
}

/** Front doors that lead nowhere, or that the stage has no more. */
function leftovers(items: readonly Item[], { frontOf }: PruneRules): Pruned[] {
  const stages = new Set(items.flatMap(({ type, name }) => (type === 'alias' ? [name] : [])));
  return items.flatMap((item): Pruned[] => {
    const kind = frontKind(item);
    if (kind === null) return [];
    if (item.stage === null || !stages.has(item.stage)) return [{ item, why: 'its stage is gone' }];
    const front = frontOf(item.stage);
    return front === undefined || front === kind ? [] : [{ item, why: `${item.stage} has another URL now` }];
  });
}

/** Of a front door, and of the statement that lets it in; null for anything else. */
function frontKind({ type, name, stage }: Item): 'http_api' | 'function_url' | null {
  if (type === 'permission') return name === permissionId(stage ?? '') ? 'http_api' : 'function_url';
  if (type === 'http api') return 'http_api';
  return type === 'function url' ? 'function_url' : null;
}

/**
 * Never one that a stage uses or would go back to, nor the newest of all: a deploy that is under way has just published
 * it, and no alias points to it yet.
 */
function oldVersions(items: readonly Item[], { retain }: PruneRules): Pruned[] {
  const versions = items.filter(({ type }) => type === 'version').sort((a, b) => Number(b.id) - Number(a.id));
  const stages = new Set(items.flatMap(({ type, name }) => (type === 'alias' ? [name] : [])));
  const used = usedVersions(items);
  const newest = versions[0]?.id;
  const kept = new Map<string | null, number>();
  const old = versions.flatMap((item): Pruned[] => {
    const place = kept.get(item.stage) ?? 0;
    kept.set(item.stage, place + 1);
    if (item.id === newest || used.has(item.id)) return [];
    if (item.stage === null || !stages.has(item.stage)) return [{ item, why: 'its stage is gone' }];
    return place < retain ? [] : [{ item, why: 'old version' }];
  });
  return old.toReversed();
}

/** Packages in the bucket that nothing was made from, and what was removed of parameters when nothing reads it. */
function unused(items: readonly Item[]): Pruned[] {
  return [...unusedArtifacts(items), ...unreadParameters(items)];
}

function unreadParameters(items: readonly Item[]): Pruned[] {
  const read = new Set(items.flatMap(({ reads = [] }) => reads));
  return items
    .filter(({ isRetired, id }) => isRetired && !read.has(id))
    .map((item) => ({ item, why: 'removed, and no version reads it' }));
}

function unusedArtifacts(items: readonly Item[]): Pruned[] {
  const hashes = new Set(items.flatMap(({ type, sha256 }) => (type === 'artifact' || !sha256 ? [] : [sha256])));
  return items
    .filter(({ type, sha256 = '' }) => type === 'artifact' && !hashes.has(sha256))
    .map((item) => ({ item, why: 'no version uses it' }));
}
