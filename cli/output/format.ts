/** Figures as people read them. */

/** 1234 -> `1.2 kB`. Powers of 1000, as disks and networks count. */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = count;
  let unit = -1;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** 231 -> `231 ms`, 1820 -> `1.82 s`, 90000 -> `1m30s`. */
export function duration(milliseconds: number): string {
  // Compared as they will be shown: 999.6 ms is 1.00 s, not 1000 ms.
  if (Math.round(milliseconds) < 1000) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_995) return `${(milliseconds / 1000).toFixed(2)} s`;
  const whole = Math.round(milliseconds / 1000);
  return `${Math.floor(whole / 60)}m${whole % 60}s`;
}

/** The duration at the right of a step, always in seconds: `0.2s`. */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`;
}

/** What there is several of is counted: `role`, `alarm`, `alarm` -> `role`, `2 alarms`. */
export function counted(words: readonly string[]): string[] {
  return [...new Set(words)].map((word) => {
    const times = words.filter((one) => one === word).length;
    return times === 1 ? word : count(times, word);
  });
}

/** `1 file`, `12 files`, `2 aliases`, `2 concurrencies`. */
export function count(number: number, noun: string): string {
  return `${number} ${number === 1 ? noun : plural(noun)}`;
}

function plural(noun: string): string {
  if (/[^aeiou]y$/.test(noun)) return noun.replace(/y$/, 'ies');
  if (/alias$/.test(noun)) return `${noun}es`;
  // Some types are plural by themselves: `dns records`, `tags`.
  return noun.endsWith('s') ? noun : `${noun}s`;
}

/**
 * A terminal shows what a program printed; it must not obey it, nor show it in another order than it stands there. Line
 * breaks stay: for callers that indent what follows them.
 */
export function withoutControls(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '');
}

/** As `withoutControls`, on one line. */
export function oneLine(text: string): string {
  return withoutControls(text).replaceAll('\n', ' ');
}

/** 0.1 -> `10 %`, 0.125 -> `12.5 %`. */
export function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`;
}

/** How long ago: `40 s`, `3 min`, `5 h`, `12 d`. */
export function age(milliseconds: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
  ];
  const [unit, length] = units.find(([, length]) => milliseconds >= length) ?? ['s', 1000];
  return `${Math.max(0, Math.floor(milliseconds / length))} ${unit}`;
}

/** The beginning of a text that is too long, with a mark that it is one. */
export function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text;
}
