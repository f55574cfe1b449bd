/** What a call needs the permission for, and the words that tables of needs are made of. */
import { isRecord } from '../../../http/json.ts';
import type { RequestContext } from '../../access/conditions.ts';
import type { State } from '../../model.ts';
import type { Input } from '../input.ts';

export interface Need {
  /** `lambda:GetFunction` */
  readonly action: string;
  /** The ARN that IAM judges by; `*` for an action on no resource. */
  readonly resource: string;
  /** Condition keys beyond those of every request. */
  readonly context?: RequestContext;
  /** A member of the answer, which is left out where this is denied; the call itself then goes on. */
  readonly member?: string;
}

/** The needs of one operation. `input` is unchecked: IAM judges before the service reads it. */
export type Needs = (input: Input, state?: Pick<State, 'roles'>) => readonly Need[];

/** A row for each operation of a service; what is missing does not compile. */
export type NeedsOf<operations> = { readonly [operation in keyof operations]: Needs };

/** For actions of a service that are on no resource. */
export function onNothingOf(service: string): (name: string) => Needs {
  return (name) => () => [{ action: `${service}:${name}`, resource: '*' }];
}

/** A member as text, empty when it is none. */
export function text(input: Input, key: string): string {
  const value = input[key];
  return typeof value === 'string' ? value : '';
}

/** Tags of a request as a map, however the service writes them: a map, or a list of keys and values. */
export function toTags(value: unknown): Readonly<Record<string, string>> {
  const pairs = Array.isArray(value)
    ? value.filter(isRecord).map((tag) => [tag.Key ?? tag.TagKey, tag.Value ?? tag.TagValue])
    : Object.entries(isRecord(value) ? value : {});
  return Object.fromEntries(pairs.map(([key, one]) => [String(key), String(one)]));
}

/** The condition keys of tags in a request. */
export function tagContext(tags: Readonly<Record<string, string>>): RequestContext {
  const names = Object.keys(tags);
  if (names.length === 0) return {};
  const each = names.map((name) => [`aws:RequestTag/${name}`, tags[name] ?? ''] as const);
  return { ...Object.fromEntries(each), 'aws:TagKeys': names };
}

/**
 * Making a resource, with the tags of the request: tagging is an action of its own then, which services check on top.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html
 */
export function making(need: Need, tagging: string, tags: Readonly<Record<string, string>>): Need[] {
  const context = { ...need.context, ...tagContext(tags) };
  const made = { ...need, context };
  return Object.keys(tags).length === 0 ? [need] : [made, { action: tagging, resource: need.resource, context }];
}

/**
 * Handing a role to a service.
 *
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
 */
export function passing(role: unknown, service: string): Need[] {
  if (typeof role !== 'string') return [];
  return [{ action: 'iam:PassRole', resource: role, context: { 'iam:PassedToService': service } }];
}
