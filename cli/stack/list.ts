/** Lists items for a person, on stderr: what is about to go, and what stays. */
import type { Context } from '../command.ts';
import type { Item } from './item.ts';

const columns = 80;
/** Of the gutter and the label. */
const labelWidth = 13;

export function listItems({ report }: Context, items: readonly Item[], notes: ReadonlyMap<Item, string>): void {
  for (const item of items) report.info('goes', describe(item, notes.get(item)));
}

/** The same as text. */
export function renderItems(items: readonly Item[]): string {
  return items.map((item) => describe(item, undefined)).join('\n');
}

function describe({ type, name, state }: Item, note: string | undefined): string {
  const text = [`${type} ${name}`, note ?? (type === 'version' || type === 'alias' ? state : '')]
    .filter(Boolean)
    .join('  ');
  return clip(text, columns - labelWidth);
}

/** Every line fits the width of a page. */
export function clip(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}

/** For --json. */
export function toJson({ type, name, stage, id, arn }: Item): object {
  return { type, name, stage, id, arn };
}
