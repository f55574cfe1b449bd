/**
 * What of several offers a client wants most, by a weighted list such as `Accept` or `Accept-Encoding` (RFC 9110 12.4.2,
 * 12.5.1, 12.5.3). A list that is malformed anywhere counts for nothing: half of a wish may be its opposite.
 */
import { type Headers, joinedHeader } from './headers.ts';

/** One element of such a list: a token or a media range, what it asks for beside, and how much it is wanted. */
interface Range {
  readonly name: string;
  readonly parameters: readonly string[];
  readonly weight: number;
}

/**
 * The offer of the highest weight; of equal ones the first, so `offers` begin with what the server likes best. Without
 * the field anything goes: the first. Null when the client takes none of them, and when the field is malformed.
 */
export function negotiate<Offer extends string>(header: string | undefined, offers: readonly Offer[]): Offer | null {
  if (header === undefined) return offers[0] ?? null;
  const ranges = parseRanges(header);
  if (ranges === null) return null;
  let chosen: Offer | null = null;
  let highest = 0;
  for (const offer of offers) {
    const weight = weightOf(offer, ranges);
    if (weight <= highest) continue;
    chosen = offer;
    highest = weight;
  }
  return chosen;
}

const token = "[!#$%&'*+\\-.^_`|~0-9a-z]+";
const nameForm = new RegExp(`^${token}(?:/${token})?$`);
const parameterForm = new RegExp(`^${token}=(?:${token}|".*")$`);
const weightForm = /^q=(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/;

/** Whether the client asks for HTML by name, as a browser does that navigates to a page; scripts accept anything. */
export function namesPages(headers: Headers): boolean {
  const accept = joinedHeader(headers, 'accept') ?? '';
  return /\btext\/html\b/i.test(accept) && negotiate(accept, ['text/html']) !== null;
}

/** Nobody wants more; a field of 64 KB would be compared with every offer. */
const maxRanges = 100;

/** Null when one of them is malformed. Empty elements are allowed (RFC 9110 5.6.1.2). */
function parseRanges(header: string): Range[] | null {
  const ranges: Range[] = [];
  for (const element of split(header.toLowerCase(), ',')) {
    if (element === '') continue;
    const range = parseRange(element);
    if (range === null || ranges.length === maxRanges) return null;
    ranges.push(range);
  }
  return ranges;
}

/** What follows the weight was once allowed and means nothing (RFC 9110 12.5.1). */
function parseRange(element: string): Range | null {
  const [name = '', ...rest] = split(element, ';');
  if (!nameForm.test(name)) return null;
  const at = rest.findIndex((parameter) => parameter.startsWith('q='));
  const parameters = rest.slice(0, at === -1 ? undefined : at).filter((parameter) => parameter !== '');
  const weight = at === -1 ? 'q=1' : (rest[at] ?? '');
  if (!weightForm.test(weight) || !parameters.every((parameter) => parameterForm.test(parameter))) return null;
  return { name, parameters, weight: Number(weight.slice(2)) };
}

/** The parts between separators that stand outside of quotes, trimmed. */
function split(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator).map((part) => part.trim());
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') quoted = !quoted;
    else if (quoted && text[at] === '\\') at++;
    else if (!quoted && text[at] === separator) {
      parts.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...parts, text.slice(start).trim()];
}

/** The weight of the most specific range that the offer falls under; 0 when there is none. */
function weightOf(offer: string, ranges: readonly Range[]): number {
  const [name = '', ...parameters] = split(offer.toLowerCase(), ';');
  let weight = 0;
  let closest = 0;
  for (const range of ranges) {
    const closeness = closenessOf(range, name, parameters);
    if (closeness <= closest) continue;
    closest = closeness;
    weight = range.weight;
  }
  return weight;
}

/** RFC 9110 12.5.1: `type/subtype` with parameters before one without, before `type/*`, before `*`. 0: no match. */
function closenessOf(range: Range, name: string, parameters: readonly string[]): number {
  if (!range.parameters.every((parameter) => parameters.includes(parameter))) return 0;
  if (range.name === name) return 3 + range.parameters.length;
  if (range.name === `${name.split('/')[0]}/*`) return 2;
  return range.name === '*' || range.name === '*/*' ? 1 : 0;
}
