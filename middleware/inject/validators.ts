/**
 * The `ETag` of a page that snippets were put into: other snippets make another page of the same bytes (RFC 9110 8.8), so
 * that a browser which holds the page with the old ones must not be told that nothing has changed.
 */
import { createHash } from 'node:crypto';
import { type Header, joinedHeader } from '../../http/headers.ts';
import type { HttpRequest } from '../../http/message.ts';

export interface Validators {
  /** The request as whoever made the page knows it: with the tags that it gave. */
  asGiven(req: HttpRequest): HttpRequest;
  /** The field of a page with these snippets. */
  marked(header: Header): Header;
  /** Whether the client holds a page with some tag, and whether with these snippets. */
  held(req: HttpRequest, etag: string): 'marked' | 'other' | 'none';
}

/** RFC 9110 13.1 */
const ofTags = new Set(['if-match', 'if-none-match', 'if-range']);

const tags = /(?:W\/)?"([^"]*)"/g;

/** `snippets`: all that is put into a page, as text. */
export function createValidators(snippets: string): Validators {
  const mark = `-${createHash('sha256').update(snippets).digest('base64url').slice(0, 8)}`;

  /** Weak (RFC 9110 8.8.1): the bytes are not those that the app vouched for. */
  function withMark(etag: string): string {
    return etag.replace(tags, (_tag, text: string) => `W/"${text}${mark}"`);
  }

  function withoutMark(list: string): string {
    return list.replace(tags, (tag, text: string) =>
      text.endsWith(mark) ? `W/"${text.slice(0, -mark.length)}"` : tag,
    );
  }

  return {
    asGiven(req) {
      if (!req.headers.some(([name]) => ofTags.has(name))) return req;
      const headers = req.headers.map(([name, value]): Header => [name, ofTags.has(name) ? withoutMark(value) : value]);
      return { ...req, headers };
    },
    marked: ([name, value]) => [name, name === 'etag' ? withMark(value) : value],
    held(req, etag) {
      const list: readonly string[] = joinedHeader(req.headers, 'if-none-match')?.match(tags) ?? [];
      if (list.includes(withMark(etag))) return 'marked';
      return list.length > 0 ? 'other' : 'none';
    },
  };
}
