/**
 * Where a rule leads: a path of the host that was asked, or an absolute URL. `:name` stands for a part of the path that
 * matched.
 *
 * What is filled in can change neither host nor scheme and holds no control character: a location that is a path stays
 * one, however hostile the request (`//evil`, `/\evil`, CR LF), and a host is always the rule's own word.
 */
export type FillLocation = (names: Readonly<Record<string, string>>, query: string) => string;

/** `:8080` is a port and `:30` the end of a time: a name begins with a letter. */
const placeholder = /:([A-Za-z_]\w*)/g;

/** The names that a location uses. */
export function placeholdersIn(location: string): string[] {
  return [...location.matchAll(placeholder)].map(([, name = '']) => name);
}

export interface LocationParts {
  /** `https://example.com:8443`; '' for a path. */
  readonly origin: string;
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

export function splitLocation(location: string): LocationParts {
  const [, origin = '', path = '', query = '', fragment = ''] =
    /^(https?:\/\/[^/?#]*)?([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/is.exec(location) ?? [];
  return { origin, path, query, fragment };
}

/** Compiles a location. The query that is filled in, the request's own, follows the one of the rule. */
export function compileLocation(location: string): FillLocation {
  const parts = splitLocation(location);
  const origin = parts.origin === '' ? '' : new URL(parts.origin).origin;
  const path = piecesOf(parts.path);
  const own = piecesOf(parts.query);
  const fragment = piecesOf(parts.fragment);
  return (names, query) => {
    const queries = [fill(own, names), query.replace(illegalInQuery, encodeByte)].filter((text) => text !== '');
    return (
      origin +
      fillPath(path, names) +
      (queries.length > 0 ? `?${queries.join('&')}` : '') +
      (fragment.length > 0 ? `#${fill(fragment, names)}` : '')
    );
  };
}

/** A location in paths of the app, as its client has to ask for it: below the base path. */
export function toClient(location: string, { basePath = '' }: { readonly basePath?: string }): string {
  return location.startsWith('/') ? basePath + location : location;
}

/** A text of the rule, encoded, or a name. */
type Piece = { readonly text: string } | { readonly name: string };

function piecesOf(section: string): Piece[] {
  // Split by a pattern with one group, texts and names alternate.
  return section
    .split(placeholder)
    .map((piece, index) => (index % 2 === 1 ? { name: piece } : { text: piece.replace(illegal, encodeText) }))
    .filter((piece) => !('text' in piece) || piece.text !== '');
}

/** Drops slashes that would double one: at the start of a path, two of them begin the name of a host. */
function fillPath(pieces: readonly Piece[], names: Readonly<Record<string, string>>): string {
  let path = '';
  for (const piece of pieces) {
    const text = 'text' in piece ? piece.text : encodePath(names[piece.name] ?? '');
    path += path.endsWith('/') ? text.replace(/^\/+/, '') : text;
  }
  return path;
}

function fill(pieces: readonly Piece[], names: Readonly<Record<string, string>>): string {
  return pieces.map((piece) => ('text' in piece ? piece.text : encodeValue(names[piece.name] ?? ''))).join('');
}

/** RFC 3986 2: what cannot stand in a URL as it is. A percent sign can where it encodes something. */
const illegal = /[^\u0021-\u007e]|["<>\\^`{|}]|%(?![0-9A-Fa-f]{2})/gu;
const illegalInQuery = /[^\u0021-\u007e]|[#\\]/g;

function encodeText(char: string): string {
  return percentEncode(Buffer.from(char, 'utf8'));
}

/** A request's target is a byte string. */
function encodeByte(char: string): string {
  return percentEncode(Buffer.from(char, char <= '\u00ff' ? 'latin1' : 'utf8'));
}

function percentEncode(bytes: Uint8Array): string {
  let encoded = '';
  for (const byte of bytes) encoded += `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return encoded;
}

/** A lone surrogate, which encodeURIComponent refuses, becomes U+FFFD on the way through bytes. */
function encodeValue(value: string): string {
  return encodeURIComponent(Buffer.from(value, 'utf8').toString('utf8'));
}

/** Slashes stay, and so does what RFC 3986 3.3 lets stand in a segment. */
function encodePath(value: string): string {
  return encodeValue(value).replace(/%(?:2F|3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);
}
