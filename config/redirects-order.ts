/** What rules do to each other by their order: the circles they lead in, and those that no path ever reaches. */
import { compileLocation, type FillLocation } from '../http/location.ts';
import { pathOf } from '../http/message.ts';
import { toCanonicalPath } from '../http/path.ts';
import { compileRules, type Rules } from '../http/patterns.ts';
import type { Redirects } from './redirects.ts';

export interface Loop {
  /** The rule to blame: of a circle the one that comes first. */
  readonly pattern: string;
  /** `leads in a circle: "/a" -> "/b" -> "/a"`. */
  readonly why: string;
}

interface Step {
  readonly index: number;
  readonly pattern: string;
  readonly status: number;
  readonly fill: FillLocation;
}

/** One segment that no rule can have named. */
const anyRest = ':splat';
/** What stands for `*`. */
const rests = ['', anyRest];

/**
 * Redirects that lead back to where they came from, or to ever longer paths. They are followed from a path of each rule,
 * in which a name stands for itself; a rewrite, another host and a path without a rule end the way.
 */
export function loops(redirects: Redirects): Loop[] {
  const steps = Object.entries(redirects).map(
    ([pattern, { location, status }], index): Step => ({ index, pattern, status, fill: compileLocation(location) }),
  );
  const rules = compileRules(steps.map((step) => [step.pattern, step] as const));
  const followed = new Set<string>();
  const found = steps.flatMap(({ pattern, status }) =>
    status === 200 ? [] : rests.flatMap((rest) => follow(rules, sample(pattern, rest), followed) ?? []),
  );
  return [...new Map(found.map((loop) => [loop.pattern, loop])).values()];
}

/** A path that the pattern matches. */
function sample(pattern: string, rest: string): string {
  const path = pattern.startsWith('*') ? `/${pattern}` : pattern;
  return toCanonicalPath(path.replace('*', rest)) ?? '/';
}

/** Fetch gives up after 20: https://fetch.spec.whatwg.org/#http-redirect-fetch */
const maxRedirects = 20;

/** Stops where an earlier way passed: what comes after that is known. */
function follow(rules: Rules<Step>, start: string, followed: Set<string>): Loop | undefined {
  const visits = new Map<Step, number>();
  let path = start;
  const way: string[] = [];
  const end = (loop?: Loop) => {
    for (const passed of way) followed.add(passed);
    return loop;
  };
  while (!followed.has(path)) {
    way.push(path);
    const match = rules.first(path);
    if (!match || match.rule.status === 200) return end();
    const target = match.rule.fill(match.names, '');
    const next = target.startsWith('/') ? (toCanonicalPath(pathOf(target)) ?? '/') : null;
    if (next === path && !isIdle(match.rule, path)) return end();
    // A rule that takes away a segment at a time comes to an end.
    if (path.length >= (visits.get(match.rule) ?? Number.POSITIVE_INFINITY)) return end(circle(visits, match.rule));
    // Last in the order of the map, as it is in that of the way.
    visits.delete(match.rule);
    visits.set(match.rule, path.length);
    if (way.length > maxRedirects) return end(tooLong(visits));
    if (next === null) return end();
    path = next;
  }
  return end();
}

/** The app is asked for the one path that a rule leads to; one that leads every path to itself is for nothing. */
function isIdle({ pattern }: Step, itself: string): boolean {
  return withoutSlash(itself) === withoutSlash(sample(pattern, anyRest));
}

function withoutSlash(path: string): string {
  return path.replace(/\/$/, '');
}

function tooLong(visits: ReadonlyMap<Step, number>): Loop {
  const [first] = visits.keys();
  const { pattern = '' } = first ?? {};
  return { pattern, why: `leads on by more than ${maxRedirects} redirects, where browsers give up` };
}

function circle(visits: ReadonlyMap<Step, number>, again: Step): Loop {
  const visited = [...visits.keys()];
  const circle = visited.slice(visited.indexOf(again));
  const first = circle.reduce((a, b) => (a.index < b.index ? a : b));
  const at = circle.indexOf(first);
  const patterns = [...circle.slice(at), ...circle.slice(0, at), first].map(({ pattern }) => `"${pattern}"`);
  return { pattern: first.pattern, why: `leads in a circle: ${patterns.join(' -> ')}` };
}

export interface Hidden {
  readonly pattern: string;
  /** The earlier rule that takes every path of it. */
  readonly by: string;
}

/** Rules all of whose paths an earlier rule takes. */
export function hidden(redirects: Redirects): Hidden[] {
  const patterns = Object.keys(redirects);
  const rules = compileRules(patterns.map((pattern, index) => [pattern, { pattern, index }] as const));
  return patterns.flatMap((pattern, index) => {
    const { path, isOpen } = widest(pattern);
    const by = rules.all(path).find(({ rule }) => rule.index < index && (!isOpen || rule.pattern.endsWith('*')));
    return by ? [{ pattern, by: by.rule.pattern }] : [];
  });
}

/**
 * A path that only rules match which match all that the pattern does: a name stands for itself, as no other segment can.
 * Where a pattern is open to any rest, so must they be, from the same place on.
 */
function widest(pattern: string): { path: string; isOpen: boolean } {
  const star = pattern.indexOf('*');
  if (star === -1) return { path: pattern, isOpen: false };
  const before = pattern.slice(0, star);
  return { path: pattern.endsWith('/*') ? before : `${before}:`, isOpen: true };
}
