/**
 * The XML that AWS services speak: elements and text. Attributes, comments and declarations are read over, a document type
 * is refused, because nothing here expands what it defines.
 */
import { isRecord } from '../../../http/json.ts';
import { AwsError } from '../error.ts';
import { emptyRecord } from '../record.ts';

interface Open {
  readonly name: string;
  readonly children: Record<string, unknown>;
  text: string;
}

const token = /<!--.*?-->|<\?.*?\?>|<!\[CDATA\[(.*?)\]\]>|<(\/?)([\w:.-]+)((?:[\s/][^<>]*)?)>|([^<]+)/gsy;

/**
 * The root element's name and content: an element without children is its text, repeated elements are a list.
 * Throws MalformedXML.
 */
export function parseXml(text: string): { readonly name: string; readonly value: unknown } {
  const root: Open = { name: '', children: emptyRecord(), text: '' };
  const open: Open[] = [root];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (!match) throw malformed();
    readToken(open, match);
  }
  const [found, ...others] = Object.entries(root.children);
  if (open.length !== 1 || !found || others.length > 0 || root.text.trim() !== '') throw malformed();
  return { name: found[0], value: found[1] };
}

function readToken(open: Open[], [, data, slash, name, attributes, characters]: RegExpExecArray): void {
  const here = open.at(-1);
  if (!here) throw malformed();
  if (data !== undefined) here.text += data;
  else if (characters !== undefined) here.text += unescapeXml(characters);
  else if (name !== undefined && slash === '/') close(open, name);
  else if (name !== undefined) {
    open.push({ name, children: emptyRecord(), text: '' });
    if (attributes?.trimEnd().endsWith('/')) close(open, name);
  }
}

function close(open: Open[], name: string): void {
  const done = open.pop();
  const parent = open.at(-1);
  if (!done || !parent || done.name !== name) throw malformed();
  const value = Object.keys(done.children).length > 0 ? done.children : done.text;
  const before = parent.children[name];
  if (before === undefined) parent.children[name] = value;
  else parent.children[name] = Array.isArray(before) ? [...before, value] : [before, value];
}

function malformed(): AwsError {
  return new AwsError(
    'MalformedXML',
    'The XML you provided was not well-formed or did not validate against our published schema',
  );
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|(\w+));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return entities[name] ?? whole;
    const point = hex !== undefined ? Number.parseInt(hex, 16) : Number(decimal);
    if (point > 0x10ffff) throw malformed();
    return String.fromCodePoint(point);
  });
}

/** A list as `parseXml` gives it: nothing, one item, or an array. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === '') return [];
  return Array.isArray(value) ? value : [value];
}

/** Members as elements; those of a list repeat the name of the list. */
export function toXml(members: Readonly<Record<string, unknown>>): string {
  return Object.entries(members)
    .flatMap(([name, value]) =>
      Array.isArray(value) ? value.map((item) => [name, item] as const) : [[name, value] as const],
    )
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `<${name}>${isRecord(value) ? toXml(value) : escapeXml(String(value))}</${name}>`)
    .join('');
}

/** Characters that XML 1.0 cannot hold at all are left out. */
export function escapeXml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\r', '&#xD;');
}
