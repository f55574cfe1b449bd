/** What a person should know of a package: warnings, and secrets that stayed behind. */
import type { Reporter } from '../output/reporter.ts';
import type { Package } from './package.ts';

/** A line has 80 columns, of which gutter and label take 13. */
const textWidth = 67;

export function reportBuild(report: Reporter, { warnings, secretsLeftOut }: Package): void {
  for (const warning of warnings) report.warn('Build', warning);
  for (const line of wrapList(secretsLeftOut, textWidth)) report.info('Left out', line);
}

/** The items with commas between them, as many to a line as it holds. */
export function wrapList(items: readonly string[], width: number): string[] {
  const lines: string[] = [];
  for (const item of items) {
    const longer = `${lines.at(-1)}, ${item}`;
    if (lines.length > 0 && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(item);
  }
  return lines;
}
