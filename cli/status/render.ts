/** The stages of an app for a person, in 80 columns. Pure. */
import { type Place, placed } from '../argv/place.ts';
import { stateOf } from '../domains/render.ts';
import { age, count, cut, oneLine, percent } from '../output/format.ts';
import { describeRelease, type Release } from '../releases/release.ts';
import type { StageStatus } from './read.ts';

const labelWidth = 13;
const columns = 80;

/** `now` in epoch milliseconds. `place`: where commands that are proposed have to work. */
export function renderStatus(stages: readonly StageStatus[], now: number, place: Place): string {
  return stages.map((status) => renderStage(status, now, place)).join('\n\n');
}

function renderStage(status: StageStatus, now: number, place: Place): string {
  const { stage, live } = status;
  if (live.length === 0) return `  ${stage}: not deployed, ${placed(`up ${stage}`, place)}`;
  const title = status.known ? stage : `${stage}, no longer a stage of up.json: ${placed(`up delete ${stage}`, place)}`;
  return [`  ${title}`, ...facts(status, now, place).map(([label, text]) => line(label, text))].join('\n');
}

function line(label: string, text: string): string {
  return cut(`    ${label.padEnd(labelWidth)}${text}`, columns);
}

function facts(status: StageStatus, now: number, place: Place): [label: string, text: string][] {
  const { live, newer, url, warm, provisioned, domain } = status;
  return [
    ...live.map(({ release, share }, index): [string, string] => [
      index === 0 ? 'Live' : 'Canary',
      `${share < 1 ? `${percent(share)} ` : ''}${described(release, now)}`,
    ]),
    ...(newer ? [['Deployed', `${described(newer, now)}, not live`] as [string, string]] : []),
    ['URL', url ?? 'none: the front door is gone, a deploy makes it again'],
    ...(warm
      ? [['Warm', `${environments(warm.count)}${warm.enabled ? '' : ': switched off'}`] as [string, string]]
      : []),
    ...(provisioned ? [['Ready', ready(provisioned)] as [string, string]] : []),
    ...(domain ? domainFacts(domain, place) : []),
  ];
}

/** `v2  9f8e7d6 "fix pets"  Ada, 3 h ago` */
function described(release: Release, now: number): string {
  const { author, created } = release;
  const when = created > 0 ? `${age(now - created)} ago` : '';
  const by = [cut(oneLine(author), 16), when].filter(Boolean).join(', ');
  return [describeRelease(release), by].filter(Boolean).join('  ');
}

function environments(number: number): string {
  return `${count(number, 'environment')} kept warm`;
}

function ready({ requested, status }: NonNullable<StageStatus['provisioned']>): string {
  return `${count(requested, 'environment')} always ready${status === 'READY' ? '' : `: ${status ?? 'unknown'}`}`;
}

function domainFacts(domain: NonNullable<StageStatus['domain']>, place: Place): [string, string][] {
  const { name, certificate } = domain;
  return [
    ['Domain', `${name}: ${stateOf(domain, place)}`],
    ['Certificate', certificate === null ? 'none yet' : certificate.toLowerCase().replaceAll('_', ' ')],
  ];
}
