/** What `up prune` would take. */
import { count, cut } from '../../output/format.ts';
import { readInventory } from '../../stack/inventory.ts';
import { frontsOf } from '../../stack/prune.ts';
import { selectPrune } from '../../stack/select-prune.ts';
import { type Finding, ok, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';

/** The defaults of `up prune`. */
const olderThan = 7 * 86_400_000;
const retain = 10;
const shown = 5;

export async function checkLeftovers({ project, scope, up }: Patient): Promise<Finding[]> {
  const frontOf = frontsOf(await project());
  const rules = { previews: [], olderThan, retain, now: Date.now(), frontOf };
  const pruned = selectPrune(await readInventory(await scope()), rules);
  if (pruned.length === 0) return [ok('Leftovers', 'none')];
  const lines = pruned.slice(0, shown).map(({ item, why }) => cut(`${item.type} ${item.name}: ${why}`, 66));
  const more = pruned.length > shown ? [`and ${pruned.length - shown} more`] : [];
  const what = count(pruned.length, 'resource');
  return [warn('Leftovers', `${what} that nobody needs`, { evidence: [...lines, ...more], fix: up('prune', '-y') })];
}
