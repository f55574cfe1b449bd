/** `--since`: how far back to look, as apex/up took it: `90s`, `30m`, `2h`, `1d`, `1w`, `1mo`; fractions and sums allowed. */
const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 30 * 86_400_000,
  M: 30 * 86_400_000,
};

/** Milliseconds, or null when the text is no duration. */
export function parseDuration(text: string): number | null {
  const part = /(\d+(?:\.\d+)?)(mo|ms|[smhdwM])/gy;
  let total = 0;
  for (let match = part.exec(text); match; match = part.exec(text)) {
    total += Number(match[1]) * (unitMs[match[2] ?? ''] ?? 0);
    if (part.lastIndex === text.length) return total;
  }
  return null;
}
