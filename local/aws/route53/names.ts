/** Names in DNS: lower case, with a dot at the end, ordered from the right. */

/** Characters but letters, digits, `_`, `-` and `.` stand as `\ooo`, as Route 53 prints them. */
export function toDnsName(name: string): string {
  const lower = name.toLowerCase().replace(/\.?$/, '.');
  return lower.replace(/[^a-z0-9_.\\-]/g, (char) => `\\${char.charCodeAt(0).toString(8).padStart(3, '0')}`);
}

/** Route 53's order of names: label by label from the right. */
export function byDnsName(a: string, b: string): number {
  const [left, right] = [reversed(a), reversed(b)];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** NUL sorts before every character of a label, so that a zone comes before what is in it. */
function reversed(name: string): string {
  return name.split('.').reverse().join('\u0000');
}
