/** Alerts for a person. Pure. */
import { cut } from '../output/format.ts';
import type { ActionStatus, AlertStatus, AlertsStatus, EndpointStatus } from './status.ts';

const columns = 80;

export function renderAlerts(stage: string, { alerts, actions }: AlertsStatus): string {
  if (alerts.length === 0) return `${stage} has no alerts: set "alerts": "default" in up.json`;
  const width = Math.max(...[...alerts, ...actions].map(({ name }) => name.length)) + 2;
  return [
    ...alerts.map((alert) => line(alert.name.padEnd(width), alertText(stage, alert))),
    '',
    ...(actions.length === 0 ? [line('', `They tell nobody: add "actions" to up.json`)] : []),
    ...actions.flatMap((action) => actionLines(action, width, stage)),
  ].join('\n');
}

function line(label: string, text: string): string {
  return cut(`  ${label}${text}`, columns);
}

const states: Readonly<Record<AlertStatus['state'], string>> = {
  OK: 'ok',
  ALARM: 'ALARM',
  INSUFFICIENT_DATA: 'no data',
  missing: 'missing',
  unwanted: '',
};

function alertText(stage: string, { state, condition }: AlertStatus): string {
  if (state === 'unwanted') return `not in up.json any more: up ${stage}`;
  return `${states[state].padEnd(9)}${state === 'missing' ? `a deploy makes it: up ${stage}` : condition}`;
}

function actionLines({ name, type, endpoints }: ActionStatus, width: number, stage: string): string[] {
  return endpoints.map((endpoint, index) =>
    line((index === 0 ? name : '').padEnd(width), `${type.padEnd(9)}${endpointText(endpoint, stage)}`),
  );
}

function endpointText({ protocol, endpoint, state }: EndpointStatus, stage: string): string {
  const where = protocol === 'lambda' ? 'posted by the function' : endpoint;
  if (state === 'pending') return `${where}  waits for the link in its mail`;
  return state === 'missing' ? `${where}  missing: up ${stage}` : where;
}
