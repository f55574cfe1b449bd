/** What there is of the alarms of a stage, or of all stages of an app: ours alone, told by their tags. */
import type { AlertClients, Clients } from '../clients.ts';
import type { LiveAlerts } from '../model.ts';
import { readAlarms } from '../resources/alarm.ts';
import { readTopics } from '../resources/topic.ts';
import type { Spec } from '../spec.ts';
import { marks } from '../tags.ts';

/** Null where none are wanted: what is there then is looked at when it is removed. */
export async function readAlerts(clients: Clients, spec: Spec): Promise<LiveAlerts | null> {
  if (!spec.alerts) return null;
  return readAllAlerts(await clients.alerts(), spec, spec.alerts);
}

export interface Owner {
  readonly app: string;
  /** Null for every stage. */
  readonly stage: string | null;
}

/** Of things of the `wanted` names that are somebody else's, none may be there: rejects with UP_NOT_OURS. */
export async function readAllAlerts(
  clients: AlertClients,
  owner: Owner,
  wanted: Pick<NonNullable<Spec['alerts']>, 'topics' | 'alarms'> = { topics: [], alarms: [] },
): Promise<LiveAlerts> {
  const [alarms, topics] = await Promise.all([
    readAlarms(clients, owner, namesOf(wanted.alarms)),
    readTopics(clients, owner, namesOf(wanted.topics)),
  ]);
  return { alarms, topics };
}

function namesOf(named: readonly { readonly name: string }[]): ReadonlySet<string> {
  return new Set(named.map(({ name }) => name));
}

/** The stages that have, or have had, alarms: by the tags of the function. */
export function markedStages(tags: Readonly<Record<string, string>>): string[] {
  const prefix = marks.alerts('');
  return Object.keys(tags).flatMap((tag) => (tag.startsWith(prefix) ? [tag.slice(prefix.length)] : []));
}
