/** Takes away all alarms and topics of a stage; the mark on the function goes last. */
import type { Clients } from '../clients.ts';
import { removeAlarms } from '../resources/alarm.ts';
import { removeMark } from '../resources/mark.ts';
import { removeTopic } from '../resources/topic.ts';
import type { Spec } from '../spec.ts';
import { marks } from '../tags.ts';
import { readAllAlerts } from './read.ts';

/** Gone is done. */
export async function removeAlerts(
  clients: Pick<Clients, 'lambda' | 'alerts'>,
  owner: Pick<Spec, 'app' | 'stage' | 'identity'>,
): Promise<void> {
  const { alarms, topics } = await readAllAlerts(await clients.alerts(), owner);
  await removeAlarms(
    clients,
    alarms.map(({ name }) => name),
  );
  for (const { arn } of topics) await removeTopic(clients, owner, arn);
  await removeMark(clients, owner, marks.alerts(owner.stage));
}
