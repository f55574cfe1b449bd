/** The encodings in which a page can be added to byte by byte, and a text in each of them. */

type Encode = (text: string) => Buffer | null;

const utf8: Encode = (text) => Buffer.from(text);
const ascii: Encode = (text) => (/^[\u0000-\u007f]*$/.test(text) ? Buffer.from(text, 'latin1') : null);
/** Browsers read ISO-8859-1 as Windows-1252; the two agree on these. */
const latin1: Encode = (text) => (/^[\u0000-\u007f\u00a0-\u00ff]*$/.test(text) ? Buffer.from(text, 'latin1') : null);

const encodings: ReadonlyMap<string, Encode> = new Map([
  // Without a word most apps mean UTF-8, and in any other of these ASCII is the same.
  ['', utf8],
  ['utf-8', utf8],
  ['utf8', utf8],
  ['us-ascii', ascii],
  ['ascii', ascii],
  ['iso-8859-1', latin1],
  ['latin1', latin1],
  ['windows-1252', latin1],
  ['cp1252', latin1],
]);

/** How a text is written into a page of this `Content-Type`. Null for what is no HTML or is of another encoding. */
export function encodingOf(contentType: string | undefined): Encode | null {
  const [type = '', ...parameters] = (contentType ?? '').toLowerCase().split(';');
  if (type.trim() !== 'text/html') return null;
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/.exec(parameter)?.[1])
    .find(Boolean);
  return encodings.get(charset ?? '') ?? null;
}
