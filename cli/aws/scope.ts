/** One app in one account and region, all its stages: what an inventory is made of. */
import type { Clients } from './clients.ts';
import type { Identity } from './identity.ts';

export interface Scope {
  readonly clients: Clients;
  readonly app: string;
  readonly identity: Identity;
}
