/** What a query means, as plain data. Paths begin at the record: `status` is `['fields', 'status']`. */
export type Path = readonly (string | number)[];

export type Order = '>' | '>=' | '<' | '<=';

/** `parts` are what stands between wildcards: `/v1/*` is `['/v1/', '']`, a text without any is one part. */
export interface Text {
  readonly kind: 'text';
  readonly parts: readonly string[];
}

/** As it was written, because of some fields the digits are text. */
export interface Amount {
  readonly kind: 'number';
  readonly number: number;
  readonly source: string;
}

export interface Constant {
  readonly kind: 'constant';
  readonly value: true | false | null;
}

export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'exists'; readonly path: Path }
  /** Holds for a field that is there; with `differs`, for one that is there and has another value. */
  | {
      readonly kind: 'equals';
      readonly path: Path;
      readonly differs: boolean;
      readonly value: Text | Amount | Constant;
    }
  | { readonly kind: 'matches'; readonly path: Path; readonly differs: boolean; readonly regex: string }
  | { readonly kind: 'order'; readonly path: Path; readonly order: Order; readonly limit: number };

export function and(parts: readonly Expression[]): Expression {
  return combine('and', parts);
}

export function or(parts: readonly Expression[]): Expression {
  return combine('or', parts);
}

function combine(kind: 'and' | 'or', parts: readonly Expression[]): Expression {
  const [only] = parts;
  return only && parts.length === 1 ? only : { kind, parts };
}
