/** Releases as a table of at most 80 columns. */
import { age, bytes, cut, oneLine, percent } from '../output/format.ts';
import type { Release } from './release.ts';

const longestAuthor = 10;
const gap = '  ';

/** One line for each; `now` in epoch milliseconds. */
export function renderReleases(releases: readonly Release[], now: number, columns: number): string {
  const rows = releases.map((release) => cellsOf(release, now));
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const used = widths.map((width, column) => ({ width, column })).filter(({ width }) => width > 0);
  return rows
    .map((row) => used.map(({ width, column }) => (row[column] ?? '').padEnd(width)).join(gap))
    .map((line) => cut(`${gap}${line}`.trimEnd(), Math.min(columns, 80)))
    .join('\n');
}

function cellsOf(release: Release, now: number): string[] {
  const { version, stage, commit, created, size, author, message } = release;
  return [
    `v${version}`,
    oneLine(stage),
    liveCell(release),
    oneLine(commit),
    created > 0 ? age(now - created) : '',
    bytes(size),
    cut(oneLine(author), longestAuthor),
    oneLine(message),
  ];
}

/** `live`, `live 90 %`; on a stage that it was not made for: `live on production`. */
function liveCell({ stage: own, live }: Release): string {
  return live
    .map(({ stage, share }) => {
      const where = stage === own ? 'live' : `live on ${stage}`;
      return share < 1 ? `${where} ${percent(share)}` : where;
    })
    .join(', ');
}
