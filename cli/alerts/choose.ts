/** Which alarms a test sets off: few, so that every action is tried once. Pure. */
import { UpError } from '../errors.ts';
import type { AlertStatus, AlertsStatus } from './status.ts';

/** Throws UP_ALERT_NOT_FOUND and UP_ALERT_ACTIVE. */
export function chooseAlerts({ alerts }: AlertsStatus, stage: string, name: string | null): readonly AlertStatus[] {
  if (name !== null) return [chooseByName(alerts, stage, name)];
  const candidates = alerts.filter((alert) => isThere(alert) && alert.actions.length > 0);
  if (candidates.length === 0)
    throw new UpError('UP_ALERT_NOT_FOUND', `${stage} has no alert that tells anybody`, {
      hint: `add "alerts" and "actions" to up.json, then: up ${stage}`,
      next: [`up ${stage}`],
    });
  const quiet = candidates.filter(({ state }) => state !== 'ALARM');
  if (quiet.length === 0) throw active(candidates[0]?.name ?? '');
  const covered = new Set<string>();
  return quiet.filter(({ actions }) => {
    const isNew = actions.some((action) => !covered.has(action));
    for (const action of actions) covered.add(action);
    return isNew;
  });
}

function isThere({ state }: AlertStatus): boolean {
  return state !== 'missing' && state !== 'unwanted';
}

function chooseByName(alerts: readonly AlertStatus[], stage: string, name: string): AlertStatus {
  const found = alerts.find((alert) => alert.name === name);
  if (!found) {
    const names = alerts.map((alert) => alert.name).join(', ') || 'none';
    throw new UpError('UP_ALERT_NOT_FOUND', `${stage} has no alert "${name}": there are ${names}`);
  }
  if (!isThere(found))
    throw new UpError('UP_ALERT_NOT_FOUND', `The alert "${name}" is not deployed to ${stage}`, {
      hint: `up ${stage}`,
      next: [`up ${stage}`],
    });
  if (found.state === 'ALARM') throw active(name);
  if (found.actions.length > 0) return found;
  throw new UpError('UP_ALERT_NOT_FOUND', `The alert "${name}" tells nobody`, {
    hint: `add "actions" to up.json, then: up ${stage}`,
    next: [`up ${stage}`],
  });
}

function active(name: string): UpError {
  return new UpError(
    'UP_ALERT_ACTIVE',
    `The alert "${name}" is already in alarm: its recipients were told when that began`,
  );
}
