/**
 * The two records every part of the proxy speaks, and the shapes of a handler and a middleware.
 *
 * Request bodies are whole bytes because Lambda hands events out whole; that makes `next` callable twice. Response
 * bodies are bytes when the length is known and a stream when it is not.
 */
import type { Readable } from 'node:stream';
import type { Headers } from './headers.ts';

/** What the platform says about one request. The client cannot influence any of it. */
export interface RequestContext {
  readonly requestId: string;
  /** The address of the client as the platform saw it; empty when the platform does not tell. */
  readonly clientIp: string;
  readonly stage: string;
  /** The moment by which an answer must be out, epoch milliseconds. */
  readonly deadline: number;
  /** True for the first request of this environment. */
  readonly cold: boolean;
  /** The platform's own description of the request (`requestContext` of the event), passed on as `x-context`. */
  readonly platform: unknown;
  /** What was taken off the path before the app: that of `stages.NAME.path`. Absent where the path had none. */
  readonly basePath?: string;
  /** The scheme the client used. */
  readonly scheme: 'http' | 'https';
  /** The `X-Amzn-Trace-Id` of this invocation, when there is one. */
  readonly traceId?: string;
  /** Set when no client sent this: an event that is no request, or the probe of a deploy. */
  readonly sender?: 'event' | 'probe';
  /** The host takes whole bodies only. */
  readonly whole: boolean;
  /**
   * What goes out for an answer: itself with its body read where it goes out whole, compressed because it is too large
   * otherwise, or the refusal in its place. Asked once, by whoever records it, and told back what it came to.
   */
  readonly outgoing?: (res: HttpResponse) => Promise<HttpResponse>;
  /** Aborted when the client is known to be gone (only where the host can tell). */
  readonly signal?: AbortSignal;
}

export interface HttpRequest {
  readonly method: string;
  /** The request target in origin form (`/path?query`), byte for byte; never parsed and rebuilt. */
  readonly target: string;
  /** The path that was asked for, where a rule has rewritten the target. */
  readonly originalPath?: string;
  readonly headers: Headers;
  readonly body: Uint8Array | null;
  readonly context: RequestContext;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Headers;
  /** `Uint8Array`: whole and known. `Readable`: still arriving. */
  readonly body: Uint8Array | Readable | null;
  /** Names of fields that are ours and only for want of others: a rule of `headers` replaces them. */
  readonly defaults?: readonly string[];
  /** No content coding may be put on it, not even to make it fit (`compress.except`). */
  readonly uncoded?: true;
  /** The code of our own error, when the answer is not the app's. */
  readonly failure?: string;
}

export type Handler = (req: HttpRequest) => Promise<HttpResponse>;
export type Middleware = (req: HttpRequest, next: Handler) => Promise<HttpResponse>;

/** Folds middleware around a handler, outermost first. Done once, at construction. */
export function compose(stack: readonly Middleware[], handler: Handler): Handler {
  return stack.reduceRight<Handler>((next, middleware) => (req) => middleware(req, next), handler);
}

/** The path part of an origin-form target. */
export function pathOf(target: string): string {
  const mark = target.indexOf('?');
  return mark === -1 ? target : target.slice(0, mark);
}

/** The query part of an origin-form target, without the question mark. */
export function queryOf(target: string): string {
  const mark = target.indexOf('?');
  return mark === -1 ? '' : target.slice(mark + 1);
}

/**
 * A proxy's client sends the absolute form (RFC 9112 3.2.2); apps expect a path. No target has a fragment: its mark is a
 * character like others, and stands encoded, so that nobody behind takes the rest for one.
 */
export function originForm(url: string): string {
  const target = url.startsWith('/') ? url : (/^https?:\/\/[^/?#]*(.*)/is.exec(url)?.[1] ?? '/');
  const form = target.startsWith('/') ? target : `/${target}`;
  return form.includes('#') ? form.replaceAll('#', '%23') : form;
}
