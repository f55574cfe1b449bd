/** Which day the lines of a log are of: on a terminal they have the time of day alone. */

/** Gives what stands before a line: its day, as `--since` takes it, where that is another than the line's before; else ''. */
export function createDays(now: number): (timestamp: string) => string {
  let last = dayOf(now);
  return (timestamp) => {
    const day = dayOf(Date.parse(timestamp));
    if (day === last) return '';
    last = day;
    return day;
  };
}

/** In local time, as the line has it. */
function dayOf(time: number): string {
  const at = new Date(time);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}
