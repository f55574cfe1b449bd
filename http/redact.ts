/**
 * Keeps secrets out of the log: values of fields and query parameters whose names mark them as secret. Names are
 * compared without case, dashes and underscores, as a whole and by their last words: `X-Api-Key` ends in `apikey`.
 */
export interface Redaction {
  /** A query string; the others of its parameters stay byte for byte. */
  query(query: string): string;
  /** A copy where anything is taken out, else the same object. Looks into lists and objects. */
  fields<Value>(value: Value): Value;
}

export const redacted = '[redacted]';

/** What is never logged, whatever the configuration says. */
const always = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'set-cookie',
  'password',
  'passwd',
  'secret',
  'client_secret',
  'token',
  'access_token',
  'refresh_token',
  'id_token',
  'api_key',
  'apikey',
  'private_key',
  'session_token',
  'secret_key',
  'access_key',
  'secret_access_key',
  'jwt',
  'otp',
  // Signed URLs: whoever has the signature has what it signs.
  'signature',
  'x-amz-signature',
  'x-amz-security-token',
  'x-amz-credential',
  'sig',
];

/** In a query: codes of OAuth, keys of APIs. As fields they are codes of errors and keys of maps. */
const inQueries = ['code', 'key'];

/** Deeper than any record that a person wrote; beyond it a value goes whole. */
const maxDepth = 8;
/** An app has as many names; a client may send any. */
const maxJudged = 1_000;

/** `names` are added to those that always count. */
export function compileRedaction(names: readonly string[] = []): Redaction {
  const secret = new Set([...always, ...names].map(plain));
  const queryOnly = new Set(inQueries);
  const judged = new Map<string, boolean>();

  function isSecret(name: string): boolean {
    const known = judged.get(name);
    if (known !== undefined) return known;
    // `x-api-key`, `user_password`: the last words say what it is.
    const is = secret.has(plain(name)) || endings(name).some((ending) => secret.has(ending));
    if (judged.size < maxJudged) judged.set(name, is);
    return is;
  }

  function isSecretParameter(name: string): boolean {
    return queryOnly.has(name.toLowerCase()) || isSecret(name);
  }

  function fields(value: unknown, depth: number): unknown {
    if (typeof value !== 'object' || value === null) return value;
    if (depth > maxDepth) return redacted;
    return Array.isArray(value) ? list(value, depth) : record(value as Record<string, unknown>, depth);
  }

  function list(values: readonly unknown[], depth: number): unknown {
    const copy = values.map((value) => fields(value, depth + 1));
    return copy.some((value, index) => value !== values[index]) ? copy : values;
  }

  function record(values: Record<string, unknown>, depth: number): unknown {
    let copy: Record<string, unknown> | null = null;
    for (const [name, value] of Object.entries(values)) {
      const kept = isSecret(name) && value !== null ? redacted : fields(value, depth + 1);
      if (kept === value) continue;
      copy ??= { ...values };
      copy[name] = kept;
    }
    return copy ?? values;
  }

  return {
    query: (query) =>
      query === ''
        ? query
        : query
            .split('&')
            .map((part) => redactPart(part, isSecretParameter))
            .join('&'),
    fields: <Value>(value: Value) => fields(value, 0) as Value,
  };
}

function redactPart(part: string, isSecret: (name: string) => boolean): string {
  const equals = part.indexOf('=');
  if (equals === -1) return part;
  const name = part.slice(0, equals);
  return isSecret(decoded(name)) ? `${name}=${redacted}` : part;
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name.replaceAll('+', ' '));
  } catch {
    // Not a name that anybody looks for.
    return name;
  }
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[-_ ]/g, '');
}

/** The last one and two words of a name. */
function endings(name: string): string[] {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
  return words.length < 2 ? [] : [words.slice(-1).join(''), words.slice(-2).join('')];
}
