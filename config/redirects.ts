/** `redirects`: other paths for those that are asked for. Checks one rule; redirects-check.ts, what rules do together. */
import { z } from 'zod';
import { placeholdersIn, splitLocation } from '../http/location.ts';
import { toCanonicalPath } from '../http/path.ts';
import { namesIn, patternForm } from '../http/patterns.ts';
import { nearest } from './nearest.ts';
import { override } from './override.ts';
import { alsoWhenInvalid, mustBe, nonEmpty } from './values.ts';

/** 0 is how apex/up spells that there is no status. */
const statuses = [0, 200, 301, 302, 303, 307, 308] as const;
export const statusRule = '200 for a rewrite, or 301, 302, 303, 307 or 308 for a redirect';

export type RedirectStatus = Exclude<(typeof statuses)[number], 0>;

export function isRedirectStatus(status: number): status is RedirectStatus {
  return status !== 0 && statuses.some((known) => known === status);
}

const ruleSchema = z.strictObject({
  location: nonEmpty('a path such as "/new/:name", or a URL').meta({
    description:
      'The path or, for a redirect, the `https://` URL it leads to. `:name` is what that name stands for in the pattern, `:splat` what `*` does; a host has no names in it. The query of the request is kept and follows one that stands here.',
    examples: ['/new/:name'],
  }),
  status: z
    .literal(statuses, { error: mustBe(statusRule) })
    .transform((status): RedirectStatus => (status === 0 ? 200 : status))
    .default(200)
    .meta({
      description:
        '200, or 0 as apex/up has it: a rewrite, the app is asked for `location` and told of the path that was asked for in `x-original-path`. Any other: a redirect.',
      examples: [301],
      derived: '`200`',
    }),
  force: z
    .boolean({ error: mustBe('true or false') })
    .default(false)
    .meta({
      description:
        'Rewrite always. By default only what the app answers with 404 is rewritten: it is then asked a second time, with the same method and body. Redirects need no force.',
      examples: [true],
    }),
});

export const redirectsSchema = rules(
  ruleSchema.meta({
    id: 'Redirect',
    description: 'Where a path leads.',
    examples: [{ location: '/new/:name', status: 301 }],
  }),
)
  .default({})
  .meta({
    description:
      'Redirects and rewrites by path; the first that matches holds, so the special come before the general. In a pattern `:name` is one segment and `*` any rest, a slash at the end makes no difference. The rules of a file `_redirects` beside up.json (`/from /to 301!`) follow these.',
    examples: [
      {
        '/old/:name': { location: '/new/:name', status: 301 },
        '/docs/*': { location: 'https://docs.example.com/:splat', status: 302 },
        '/*': { location: '/index.html', status: 200 },
      },
    ],
  });

/** In a stage, null takes a rule away; what a stage says of a rule is merged into it. */
export const redirectsOverrideSchema = rules(override(ruleSchema).nullable()).meta({
  description:
    'Rules of this stage, which stand before the others; a pattern that is there already keeps its place, null takes it away.',
  examples: [{ '/beta': { location: '/', status: 302 }, '/old/:name': null }],
});

function rules<Rule extends z.ZodType>(rule: Rule) {
  return z.record(z.string(), rule, { error: mustBe('an object of paths and rules') }).superRefine((map, context) => {
    for (const pattern of Object.keys(map)) {
      const message = patternProblem(pattern);
      if (message) context.addIssue({ code: 'custom', message, path: [pattern], params: { at: 'key' } });
    }
  }, alsoWhenInvalid);
}

/** Why a rule cannot be keyed by this; undefined when it can. */
export function patternProblem(pattern: string): string | undefined {
  if (/^https?:\/\//i.test(pattern)) return 'must be a path: a rule holds for every host';
  if (!/^[/*]/.test(pattern)) return 'must begin with "/" or "*"';
  if (/[?#]/.test(pattern)) return 'must be a path: queries are not matched, and are kept';
  if (pattern.split('*').length > 2) return 'has more than one "*": it may stand once';
  if (!patternForm.test(pattern)) return 'has names and a "*", which then must be all of the last segment';
  return nameProblem(pattern) ?? spellingProblem(pattern);
}

function nameProblem(pattern: string): string | undefined {
  const names = namesIn(pattern);
  const wrong = /(?<=\/):(?![A-Za-z_]\w*(?:\/|$))[^/]*|(?<!\/):[A-Za-z_]\w*/.exec(pattern)?.[0];
  if (wrong !== undefined)
    return `has "${wrong}": a name is a whole segment, a colon and then letters, digits and underscores`;
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === 'splat') return 'has ":splat" beside "*", which is called that';
  return twice === undefined ? undefined : `has ":${twice}" twice`;
}

/** Rules are compared with canonical paths: a pattern that is none would never match. */
function spellingProblem(pattern: string): string | undefined {
  const path = pattern.startsWith('*') ? `/${pattern}` : pattern;
  const canonical = toCanonicalPath(path);
  if (canonical === path || (canonical === null && !pattern.includes('\0'))) return undefined;
  return canonical === null
    ? 'must not hold a NUL character: no path does'
    : `is never how a path is matched: write "${pattern.startsWith('*') ? canonical.slice(1) : canonical}"`;
}

/** Why a rule cannot lead there; undefined when it can. */
export function locationProblem(pattern: string, location: string, status: RedirectStatus): string | undefined {
  if (/^\/[/\\]/.test(location)) return 'must begin with one slash, or with "https://" and a host, not {value}';
  if (!/^(?:\/|https?:\/\/)/i.test(location)) return mustBe('a path that begins with "/", or an "https://" URL');
  const { origin, fragment } = splitLocation(location);
  const problem = origin === '' ? undefined : originProblem(origin, status);
  if (problem !== undefined) return problem;
  if (location.includes('*')) return 'has a "*": what it stands for in the pattern is called ":splat" (or write %2A)';
  if (status === 200 && fragment !== '') return 'has a fragment, which only browsers know: a rewrite is for the app';
  return unboundProblem(pattern, location);
}

function originProblem(origin: string, status: RedirectStatus): string | undefined {
  const host = origin.replace(/^https?:\/\//i, '');
  if (status === 200) return 'must be a path: a rewrite stays in the app, a status such as 302 sends the client there';
  if (host.includes('@')) return 'must not hold a user name or password';
  // Whoever chooses the path would choose the host.
  if (placeholdersIn(host).length > 0) return `must name its host itself, without ":${placeholdersIn(host)[0]}"`;
  // URL takes blanks out without a word, and a backslash for a slash.
  return /^$|[\u0000-\u0020\u007f\\]/.test(host) || !URL.canParse(origin) ? mustBe('a URL with a host') : undefined;
}

function unboundProblem(pattern: string, location: string): string | undefined {
  const known = namesIn(pattern);
  const unbound = placeholdersIn(location).find((name) => !known.includes(name));
  if (unbound === undefined) return undefined;
  const meant = nearest(unbound, known);
  const hint = meant === undefined ? ' (for a colon write %3A)' : `, did you mean ":${meant}"?`;
  return `has ":${unbound}", which is not in "${pattern}"${hint}`;
}

export type Redirects = z.output<typeof redirectsSchema>;

/** What only this stage has, before what every stage has: it could not come before a rule such as "/*" otherwise. */
export function ownFirst(merged: Redirects, shared: Redirects): Redirects {
  const entries = Object.entries(merged);
  const isShared = ([pattern]: [string, unknown]) => Object.hasOwn(shared, pattern);
  return Object.fromEntries([...entries.filter((entry) => !isShared(entry)), ...entries.filter(isShared)]);
}
