/** One hostile request, as its client would write it; the event formats make of it what their front doors would. */
import fc from 'fast-check';

export interface Payload {
  readonly method: string;
  /** As sent, or as no client could send it: raw CR, NUL and all of Unicode. */
  readonly path: string;
  /** Without the question mark. */
  readonly query: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
}

export type PayloadPart = { readonly [Key in keyof Payload]?: fc.Arbitrary<Payload[Key]> };

/** A payload of which only these parts are out of the ordinary. */
export function payload(parts: PayloadPart): fc.Arbitrary<Payload> {
  return fc.record({
    method: fc.constant('GET'),
    path: fc.constant('/page'),
    query: fc.constant(''),
    fields: fc.constant([]),
    ...parts,
  });
}

export function oneOf<const T extends readonly unknown[]>(...values: T): fc.Arbitrary<T[number]> {
  return fc.constantFrom(...values);
}

/** The parts, one after the other. */
export function joined(...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> {
  return fc.tuple(...parts).map((texts) => texts.join(''));
}

/** Mostly one that gives a body; the others change what the middleware does. */
export const anyMethod = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GET') },
  { weight: 3, arbitrary: oneOf('HEAD', 'POST', 'OPTIONS', 'PUT', 'DELETE', 'get', 'TRACE', 'CONNECT', 'PURGE') },
);

/** Where a path can lead in the configurations: rules, folders, files, the app. */
export const anyPlace = oneOf(
  ...['/', '/page', '/about', '/docs/', '/assets/', '/old', '/any/', '/go/', '/ext/', '/ext-name/', '/q/', '/bare/'],
  ...['/inside/', '/item/', '/soft/', '/spa/', '/lost/', '/link-dir/', '/.well-known/', '/assets/docs/'],
);
