/** `headers`: header fields by path. What frames a message or speaks of one connection is not for a rule to say. */
import { z } from 'zod';
import { isConnectionField, isHeaderName, isHeaderValue } from '../http/headers.ts';
import { patternForm } from '../http/patterns.ts';
import { alsoWhenInvalid, mustBe } from './values.ts';

const kind = mustBe('a string or a list of strings');

const text = z
  .string({ error: kind })
  .min(1, { error: 'must not be empty' })
  .refine((value) => valueRefusal(value) === undefined, { error: ({ input }) => valueRefusal(String(input)) })
  .trim();

const value = z.union([text, z.array(text).min(1, { error: 'must not be empty' })], { error: kind });

export const headersSchema = byPattern(byName(value))
  .default({})
  .meta({
    description:
      "Header fields by path: `:name` is one segment, `*` any rest, `*.css` an ending. All rules that match apply, in order; of two that set one field the later wins. What the app sets itself stays; the default `Cache-Control` of static files is replaced. An encoded slash counts as a slash. A list sends a field several times. A file `_headers` in Netlify's form beside up.json is read too; its rules come first.",
    examples: [{ '/assets/*': { 'Cache-Control': 'public, max-age=31536000, immutable' } }],
  });

/** In a stage, null takes a field or a rule away. */
export const headersOverrideSchema = byPattern(byName(value.nullable()).nullable()).meta({
  description: 'Header fields to set, or to take away with null, in this stage.',
  examples: [{ '/*': { 'X-Frame-Options': 'DENY', Server: null } }],
});

function byPattern<Fields extends z.ZodType>(fields: Fields) {
  return z
    .record(z.string(), fields)
    .superRefine((rules, context) => {
      for (const pattern of Object.keys(rules)) {
        const message = patternRefusal(pattern);
        if (message) context.addIssue({ code: 'custom', message, path: [pattern], params: { at: 'key' } });
      }
    }, alsoWhenInvalid)
    .meta({ propertyNames: { pattern: patternForm.source } });
}

/** Names are compared without regard to case, so they are kept in lower case. */
function byName<Value extends z.ZodType>(valueSchema: Value) {
  return z
    .record(z.string(), valueSchema)
    .superRefine((fields, context) => {
      const names = new Set<string>();
      for (const [name, value] of Object.entries(fields)) {
        const twice = names.has(name.toLowerCase()) ? 'is set twice: names are the same in any case' : undefined;
        const message = twice ?? nameRefusal(name) ?? countRefusal(name, Array.isArray(value) ? value.length : 1);
        if (message) context.addIssue({ code: 'custom', message, path: [name], params: { at: 'key' } });
        names.add(name.toLowerCase());
      }
    }, alsoWhenInvalid)
    .overwrite(inLowerCase);
}

function inLowerCase<Fields extends object>(fields: Fields): Fields {
  const entries = Object.entries(fields).map(([name, value]) => [name.toLowerCase(), value]);
  // `as`: the same values under names that are the same to HTTP.
  return Object.fromEntries(entries) as Fields;
}

export function patternRefusal(pattern: string): string | undefined {
  return patternForm.test(pattern) ? undefined : 'is not a path such as "/assets/*" or "*.css"';
}

export function nameRefusal(name: string): string | undefined {
  if (!isHeaderName(name)) return 'is not the name of a header field';
  if (name.toLowerCase() === 'content-length') return 'cannot be set: it is counted where the answer is sent';
  if (isConnectionField(name.toLowerCase())) return 'cannot be set: it applies to a single connection only';
  // Netlify takes it for a password; sent as it is, everybody would read it.
  if (name.toLowerCase() === 'basic-auth') return 'cannot be set: every client would be told the password';
  return undefined;
}

export function valueRefusal(value: string): string | undefined {
  return isHeaderValue(value) ? undefined : 'must not hold a line break or another control character';
}

/** RFC 9110 5.3: only fields that are lists may occur twice, and Set-Cookie. These are none. */
const single: ReadonlySet<string> = new Set([
  'access-control-allow-credentials',
  'access-control-allow-origin',
  'access-control-max-age',
  'age',
  'content-disposition',
  'content-location',
  'content-range',
  'content-type',
  'date',
  'etag',
  'expires',
  'last-modified',
  'location',
  'referrer-policy',
  'retry-after',
  'server',
  'strict-transport-security',
  'x-content-type-options',
  'x-frame-options',
]);

export function countRefusal(name: string, count: number): string | undefined {
  return count > 1 && single.has(name.toLowerCase()) ? 'cannot be sent more than once' : undefined;
}
