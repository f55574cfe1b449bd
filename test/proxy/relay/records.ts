import { splitLines } from '../../../proxy/relay/lines.ts';
import { joinLines } from '../../../proxy/relay/multiline.ts';

/** The records of a stream that arrives at once; one that was cut is marked. */
export function recordsOf(text: string): string[] {
  const records: string[] = [];
  const joined = joinLines((record, cut) => records.push(cut ? `${record} [cut]` : record));
  const lines = splitLines(joined.add);
  lines.write(Buffer.from(text));
  lines.end();
  joined.flush();
  return records;
}
