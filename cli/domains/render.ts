/** Domains as people read them. Pure. */
import { type Place, placed } from '../argv/place.ts';
import type { WantedRecord } from '../aws/domains/model.ts';
import type { DomainStatus } from './list.ts';

/** `place`: where commands that are proposed have to work. */
export function renderDomains(domains: readonly DomainStatus[], detailed: boolean, place: Place): string {
  if (domains.length === 0) return 'No stage has a domain: set "domain" in a stage of up.json';
  return detailed ? domains.map((domain) => renderDetails(domain, place)).join('\n\n') : renderList(domains, place);
}

function renderList(domains: readonly DomainStatus[], place: Place): string {
  const width = (key: 'stage' | 'name') => Math.max(...domains.map((domain) => domain[key].length)) + 2;
  return domains
    .map(
      (domain) => `${domain.stage.padEnd(width('stage'))}${domain.name.padEnd(width('name'))}${stateOf(domain, place)}`,
    )
    .join('\n');
}

/** The first thing that is still missing. */
export function stateOf({ stage, certificate, mapped, dns, records }: DomainStatus, place: Place): string {
  const deploy = placed(`up ${stage}`, place);
  if (certificate === null) return `not deployed: ${deploy}`;
  if (certificate !== 'ISSUED') return records.length > 0 ? 'records to add' : 'waits for its certificate';
  if (!mapped) return `to be deployed: ${deploy}`;
  if (dns) return 'live';
  return records.length > 0 ? 'records to add' : 'not in DNS yet';
}

function renderDetails(domain: DomainStatus, place: Place): string {
  const { stage, url, certificate, zone, mapped, dns, records } = domain;
  const rows: (readonly [label: string, text: string])[] = [
    ['Stage', stage],
    ['URL', url],
    ['State', stateOf(domain, place)],
    ['Certificate', certificate === null ? 'none yet' : certificate.toLowerCase().replaceAll('_', ' ')],
    ['Leads to', mapped ? `the API of ${stage}` : 'nothing of this stage'],
    ['Zone', zone ?? 'none of this account'],
    ['DNS', dns ? 'answers' : 'does not answer'],
    ...records.flatMap(renderRecord),
  ];
  return rows.map(([label, text]) => `${label.padEnd(13)}${text}`).join('\n');
}

/** Two lines, for the names that ACM makes up are long. */
function renderRecord({ name, type, value }: WantedRecord): (readonly [string, string])[] {
  return [
    ['Add to DNS', `${type} ${name}`],
    ['', `to ${value}`],
  ];
}
