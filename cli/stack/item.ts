/** One resource of an app, as an inventory lists it. Plain data: what is to be kept or removed is decided without AWS. */
import type { ResourceType } from '../aws/model.ts';

export interface Item {
  readonly type: ItemType;
  readonly name: string;
  /** Null for what all stages share. */
  readonly stage: string | null;
  /** What AWS calls it: the id of an API, the number of a version, the name of everything else. */
  readonly id: string;
  readonly arn: string;
  /** A word or two for a person: `Active`, `v7`, `30 days`. */
  readonly state: string;
  /** It carries our tag, or hangs on something that does. */
  readonly ours: boolean;
  /** Epoch milliseconds; of versions. */
  readonly created?: number;
  /** Of the package, in base64; of artifacts, and of what was made from one. */
  readonly sha256?: string;
  /** Paths of the parameters that a version, or what becomes the next one, reads at its start. */
  readonly reads?: readonly string[];
  /** A parameter that was removed and is kept for versions that read it. */
  readonly isRetired?: true;
  /** A function, or a version of it, with network interfaces in a VPC. */
  readonly isAttached?: true;
  /** The versions that an alias gives traffic to or was moved from. */
  readonly uses?: readonly string[];
}

export const typesInOrder = [
  // An API is not deleted as long as a domain leads to it.
  'domain',
  // Found by the tags of the function, so they go before it.
  'topic',
  'alarm',
  'schedule',
  'schedule role',
  'provisioned concurrency',
  'reserved concurrency',
  // The order of removal: front doors first, then what stands behind them; the role last, because everything runs under
  // it.
  'http api',
  'function url',
  'permission',
  'alias',
  'version',
  'function',
  'artifact',
  'parameter',
  'log group',
  'role',
] as const satisfies readonly ResourceType[];

export type ItemType = (typeof typesInOrder)[number];

export function inOrder(items: readonly Item[]): Item[] {
  return [...items].sort((a, b) => typesInOrder.indexOf(a.type) - typesInOrder.indexOf(b.type));
}
