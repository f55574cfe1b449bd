/** Which of several media types a client wants, by its `Accept` (RFC 9110 12.5.1). */

interface Range {
  readonly type: string;
  readonly q: number;
}

/**
 * The best of the offers, in the order of our preference; null when the client takes none. Of two that it likes as much
 * the one that it names more precisely wins, then the earlier. Without a header the first offer is as good as any.
 */
export function negotiate(header: string | undefined, offers: readonly string[]): string | null {
  if (header === undefined || header.trim() === '') return offers[0] ?? null;
  const ranges = header.split(',').flatMap(parseRange);
  let best: { offer: string; q: number; precision: number } | null = null;
  for (const offer of offers) {
    const { q, precision } = judge(offer, ranges);
    if (q > (best?.q ?? 0) || (best && q === best.q && precision > best.precision)) best = { offer, q, precision };
  }
  return best?.offer ?? null;
}

/** Parameters but `q` say nothing that an offer of ours could answer. */
function parseRange(text: string): Range[] {
  const [type = '', ...parameters] = text.toLowerCase().split(';');
  if (!/^[^\s/]+\/[^\s/]+$/.test(type.trim())) return [];
  const weight = parameters
    .map((parameter) => parameter.split('='))
    .find(([name]) => name?.trim() === 'q')?.[1]
    ?.trim();
  return [{ type: type.trim(), q: weight === undefined ? 1 : toQuality(weight) }];
}

/** What is no weight is none: a client that cannot say how much it likes a type gets another. */
function toQuality(text: string): number {
  return /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : 0;
}

/** The most precise range that covers an offer decides on it. */
function judge(offer: string, ranges: readonly Range[]): { q: number; precision: number } {
  const covering = ['*/*', `${offer.split('/')[0]}/*`, offer];
  for (let precision = covering.length - 1; precision >= 0; precision--) {
    const weights = ranges.filter(({ type }) => type === covering[precision]).map(({ q }) => q);
    if (weights.length > 0) return { q: Math.max(...weights), precision };
  }
  return { q: 0, precision: 0 };
}
