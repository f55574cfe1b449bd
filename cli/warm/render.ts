/** How a stage is kept warm, for a person. Pure; times are those of the reader's clock. */
import { count } from '../output/format.ts';
import type { Ping, WarmStatus } from './status.ts';

const labelWidth = 11;

export function renderWarm({ enabled, count: wanted, minutes, next, pings }: WarmStatus): string {
  const often = minutes === 1 ? 'every minute' : `every ${minutes} min`;
  const state = enabled ? '' : ': switched off';
  return [
    line('Schedule', `${count(wanted, 'environment')}, pinged ${often}${state}`),
    ...(next === null ? [] : [line('Next', clock(next))]),
    ...(pings.length === 0 ? [line('Last', 'no ping has been logged yet')] : []),
    ...pings.map((ping, index) => line(index === 0 ? 'Last' : '', renderPing(ping))),
  ].join('\n');
}

function renderPing({ at, count: wanted, answered, cold }: Ping): string {
  return `${clock(at)}   ${answered} of ${wanted} answered, ${cold} cold`;
}

function line(label: string, text: string): string {
  return `  ${label.padEnd(labelWidth)}${text}`;
}

function clock(time: number): string {
  const at = new Date(time);
  return [at.getHours(), at.getMinutes(), at.getSeconds()].map((part) => String(part).padStart(2, '0')).join(':');
}
