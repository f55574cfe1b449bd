/** The metrics of a stage for a person, in 80 columns. Pure. */
import { monthly } from '../aws/warm-price.ts';
import { bytes, cut, duration, percent } from '../output/format.ts';
import type { Figures, Latency, Slot } from './model.ts';
import type { Metrics, ReleaseMetrics } from './report.ts';
import { spark } from './spark.ts';

export interface Look {
  readonly unicode: boolean;
}

const labelWidth = 11;
const valueWidth = 10;
const columns = 80;

/** `since` as it was asked for: `24h`. */
export function renderMetrics(metrics: Metrics, since: string, look: Look): string {
  const { stage, region, figures, releases, share } = metrics;
  const sampled = share < 1 ? [line('Sampled', percent(share), '', 'of the time was read; the rest is estimated')] : [];
  return [
    `  ${stage}, last ${since}, ${region}`,
    '',
    ...rows(metrics, look),
    ...assumedRows(metrics),
    ...sampled,
    ...(figures.requests > 0 && releases.length > 0 ? ['', ...renderReleases(releases)] : []),
  ].join('\n');
}

function rows({ figures, throttles, cost, monthly: month, slots, range }: Metrics, look: Look): string[] {
  const { requests, errors, refused, latency, cold, memory, transfer } = figures;
  const drawn = (pick: (slot: Slot) => number | null) => spark(slots.map(pick), look);
  const timed = (name: 'p50' | 'p95' | 'p99', note: string) =>
    line(
      name,
      latency ? duration(latency[name]) : '-',
      drawn((slot) => slot.latency?.[name] ?? null),
      note,
    );
  return [
    line(
      'Requests',
      whole(requests),
      drawn((slot) => slot.requests),
      peak(slots, range),
    ),
    line(
      'Errors',
      whole(errors),
      drawn((slot) => slot.errors),
      errorNote(requests, errors, refused),
    ),
    timed('p50', ''),
    timed('p95', ''),
    timed('p99', latency ? `slowest ${duration(latency.max)}` : ''),
    line(
      'Cold',
      whole(cold.requests),
      drawn((slot) => slot.cold),
      coldNote(figures, cost.cold),
    ),
    line('Memory', memory ? `${memory.used} MB` : '-', '', memory ? `at most, of ${memory.size} MB` : ''),
    line('Throttles', whole(throttles), '', ''),
    line('Transfer', bytes(transfer), '', 'of bodies, out'),
    line('Cost', dollars(cost.total), '', cost.total > 0 ? `${monthly(month)}, before the free tier` : ''),
  ];
}

/** What they cost there we could not compare with AWS's list: docs/metrics.md. */
function assumedRows({ assumed, region }: Metrics): string[] {
  if (assumed.length === 0) return [];
  const parts = assumed.map((part) => (part === 'api' ? 'HTTP API' : 'transfer')).join(' and ');
  return [line('', `${parts} as in US East; ${region} may cost more`, '', '')];
}

function line(label: string, value: string, chart: string, note: string): string {
  const shown = chart === '' ? note : `${chart}  ${note}`;
  return cut(`  ${label.padEnd(labelWidth)}${value.padEnd(valueWidth)}  ${shown}`, columns).trimEnd();
}

/** 18240 -> `18,240` */
function whole(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

function peak(slots: readonly Slot[], { since, until }: Metrics['range']): string {
  const most = Math.max(...slots.map(({ requests }) => requests));
  return most === 0 ? '' : `peak ${whole(most)} in ${compact((until - since) / slots.length)}`;
}

/** 3600000 -> `1h`, 37500 -> `37.5s`. */
function compact(milliseconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
  ];
  const [unit, length] = units.find(([, size]) => milliseconds >= size) ?? ['s', 1_000];
  return `${Number((milliseconds / length).toFixed(1))}${unit}`;
}

function errorNote(requests: number, errors: number, refused: number): string {
  const share = errors > 0 ? percent(errors / requests) : '';
  return [share, refused > 0 ? `4xx: ${whole(refused)}` : ''].filter(Boolean).join('; ');
}

function coldNote({ requests, cold }: Figures, cost: number): string {
  const share = cold.requests > 0 ? percent(cold.requests / requests) : '';
  const init = cold.init === null ? '' : `init ${duration(cold.init)}`;
  return [share, init, cost > 0 ? dollars(cost) : ''].filter(Boolean).join(', ');
}

/** Two digits that say something: `$0.0051`, `$12.40`. */
export function dollars(amount: number): string {
  if (amount === 0) return '$0';
  if (amount < 0.0001) return '<$0.0001';
  if (amount >= 0.0995) return `$${amount.toFixed(2)}`;
  return `$${amount.toFixed(1 - Math.floor(Math.log10(amount)))}`;
}

const releasesShown = 10;

function renderReleases(releases: readonly ReleaseMetrics[]): string[] {
  const head = ['Release', 'Commit', 'Requests', 'Errors', 'p50', 'p95', 'p99', 'Cold', 'Memory'];
  const cells = releases.slice(0, releasesShown).map(({ version, commit, figures }) => {
    const { requests, errors, latency, cold, memory } = figures;
    const time = (name: keyof Latency) => (latency ? duration(latency[name]) : '-');
    const counts = [whole(requests), whole(errors)];
    return [
      `v${version}`,
      cut(commit, 8),
      ...counts,
      time('p50'),
      time('p95'),
      time('p99'),
      whole(cold.requests),
      memory ? `${memory.used} MB` : '-',
    ];
  });
  const table = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...table.map((row) => (row[column] ?? '').length)));
  const left = releases.length - releasesShown;
  return [
    ...table.map((row) =>
      cut(`  ${row.map((cell, column) => pad(cell, widths[column] ?? 0, column)).join('  ')}`, columns),
    ),
    ...(left > 0 ? [`  and ${left} more: --json has all`] : []),
  ];
}

/** Names to the left, numbers to the right. */
function pad(cell: string, width: number, column: number): string {
  return column < 2 ? cell.padEnd(width) : cell.padStart(width);
}
