/** A row of small bars: one column for each value. Pure. */

const bars = { unicode: '▁▂▃▄▅▆▇█', ascii: '_.:-=+*#' } as const;

/** From 0 to the largest value; a value that is not there is a space. */
export function spark(values: readonly (number | null)[], { unicode }: { readonly unicode: boolean }): string {
  const steps = unicode ? bars.unicode : bars.ascii;
  const top = Math.max(...values.map((value) => value ?? 0));
  return values
    .map((value) => {
      if (value === null) return ' ';
      const step = top === 0 ? 0 : Math.round((value / top) * (steps.length - 1));
      // Something is never drawn as nothing.
      return steps[value > 0 ? Math.max(step, 1) : 0];
    })
    .join('');
}
