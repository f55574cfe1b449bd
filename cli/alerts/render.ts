/** Alerts for a person. Pure. */
import { type Place, placed } from '../argv/place.ts';
import { cut } from '../output/format.ts';
import type { ActionStatus, AlertStatus, AlertsStatus, EndpointStatus } from './status.ts';

const columns = 80;

/** `place`: where the deploy that is proposed has to work. */
export function renderAlerts(stage: string, { alerts, actions }: AlertsStatus, place: Place): string {
  const deploy = placed(`up ${stage}`, place);
  if (alerts.length === 0) return `${stage} has no alerts: set "alerts": "default" in up.json`;
  const width = Math.max(...[...alerts, ...actions].map(({ name }) => name.length)) + 2;
  return [
    ...alerts.map((alert) => line(alert.name.padEnd(width), alertText(deploy, alert))),
    '',
    ...(actions.length === 0 ? [line('', `They tell nobody: add "actions" to up.json`)] : []),
    ...actions.flatMap((action) => actionLines(action, width, deploy)),
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

function alertText(deploy: string, { state, condition }: AlertStatus): string {
  if (state === 'unwanted') return `not in up.json any more: ${deploy}`;
  return `${states[state].padEnd(9)}${state === 'missing' ? `a deploy makes it: ${deploy}` : condition}`;
}

function actionLines({ name, type, endpoints }: ActionStatus, width: number, deploy: string): string[] {
  return endpoints.map((endpoint, index) =>
    line((index === 0 ? name : '').padEnd(width), `${type.padEnd(9)}${endpointText(endpoint, deploy)}`),
  );
}

function endpointText({ protocol, endpoint, state }: EndpointStatus, deploy: string): string {
  const where = protocol === 'lambda' ? 'posted by the function' : endpoint;
  if (state === 'pending') return `${where}  waits for the link in its mail`;
  return state === 'missing' ? `${where}  missing: ${deploy}` : where;
}
