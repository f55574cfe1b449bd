/** The event of an invocation as a value. */
import { isRecord } from '../../http/json.ts';
import { Base64, largeBytes } from './base64.ts';

/** The value of an event that is not JSON, though the platform promises that events are. */
export const malformed: unique symbol = Symbol('malformed');

/** The value of its JSON, or `malformed`. */
export function parseEvent(event: Buffer | string): unknown {
  if (typeof event === 'string') return parseText(event);
  return parseAroundBody(event) ?? parseText(event.toString('utf8'));
}

function parseText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return malformed;
  }
}

const key = Buffer.from('"body":"');
const [quote, backslash] = [0x22, 0x5c];
/** How many smaller `body` members may come first, in headers for example. */
const otherBodies = 16;

/**
 * Parses an event that consists mostly of a base64 body, without scanning that; null for any other event. `"body":"`
 * cannot be part of a string, where its quotes would be escaped, so it is a key; whether it is the event's own is
 * checked by the placeholder that is parsed in its place.
 */
function parseAroundBody(event: Buffer): unknown {
  if (event.length < largeBytes) return null;
  const found = findLargeBody(event);
  if (found === null) return null;
  const { start, end } = found;
  const place = `body of ${start} to ${end} of ${event.length}`;
  const parsed = parseText(`${event.toString('utf8', 0, start)}${place}${event.toString('utf8', end)}`);
  if (!isRecord(parsed) || parsed.body !== place) return null;
  if (parsed.isBase64Encoded !== true && parsed.is_base64_encoded !== true) return null;
  return { ...parsed, body: new Base64(event.subarray(start, end)) };
}

/** The text between the quotes: more than half of the event, and without an escape. */
function findLargeBody(event: Buffer): { readonly start: number; readonly end: number } | null {
  let from = 0;
  for (let tries = 0; tries < otherBodies; tries++) {
    const at = event.indexOf(key, from);
    if (at === -1) return null;
    const start = at + key.length;
    const end = event.indexOf(quote, start);
    if (end === -1) return null;
    if (end - start > event.length / 2) return event.subarray(start, end).includes(backslash) ? null : { start, end };
    from = end;
  }
  return null;
}
