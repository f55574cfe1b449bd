/**
 * `tags` of up.json, on what an app has. Those of the function are read with it anyway, so they stand for the others: they
 * are changed last, and a deploy that is killed before does it again. What goes goes first: a resource has 50 tags, and
 * IAM takes `team` and `Team` for one.
 */
import {
  type ApiGatewayV2Client,
  TagResourceCommand as TagApiCommand,
  UntagResourceCommand as UntagApiCommand,
} from '@aws-sdk/client-apigatewayv2';
import {
  TagResourceCommand as TagLogGroupCommand,
  UntagResourceCommand as UntagLogGroupCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { TagRoleCommand, UntagRoleCommand } from '@aws-sdk/client-iam';
import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { longestNames } from '../../../config/tags.ts';
import { taggedDomains } from '../domains/model.ts';
import type { Change, Context, LiveFunction, Step } from '../model.ts';
import type { Spec } from '../spec.ts';
import { isOurs, marks, namesMark, type Tags } from '../tags.ts';
import { findDomainName } from './domain-name.ts';
import { allApis } from './http-api.ts';
import { findLogGroup, isOurGroup, taggedArn } from './log-group.ts';
import { functionArn } from './mark.ts';

/** A tag that up.json has no more goes if a deploy has set it; what others have set stays. */
export function diffTags({ ownTags }: Pick<Spec, 'ownTags'>, { tags }: Pick<LiveFunction, 'tags'>): Change[] {
  const set = Object.entries(ownTags).map(([field, to]) => ({ field, from: tags[field], to }));
  const gone = namesIn(tags).filter((name) => !Object.hasOwn(ownTags, name));
  return [
    ...set.filter(({ from, to }) => from !== to),
    ...gone.map((field) => ({ field, from: tags[field], to: undefined })),
  ];
}

interface Tagging {
  readonly set: Tags;
  readonly gone: readonly string[];
}

export async function updateTags(context: Context, { changes }: Step): Promise<void> {
  const { clients, spec } = context;
  const tagging = { set: spec.ownTags, gone: changes.flatMap(({ field, to }) => (to === undefined ? [field] : [])) };
  await markBoth(context);
  if (!spec.role.given) await tagRole(context, tagging);
  await tagLogGroup(context, tagging);
  for await (const { ApiId, Tags } of allApis(clients.api)) {
    if (!isOurs(Tags, spec.app)) continue;
    await tagApi(clients.api, `arn:aws:apigateway:${spec.identity.region}::/apis/${ApiId}`, tagging);
    for (const name of taggedDomains(Tags ?? {})) await tagDomain(context, name, tagging);
  }
  await tagFunction(context, tagging);
}

/** Where the next deploy wants others, it finds here what this one may have set before it was killed. */
async function markBoth({ clients: { lambda }, spec, world }: Context): Promise<void> {
  const mark = namesMark([...namesIn(world.fn?.tags ?? {}), ...Object.keys(spec.ownTags)]);
  if (Object.values(mark).every((names) => names.length <= longestNames))
    await lambda.send(new TagResourceCommand({ Resource: functionArn(spec), Tags: mark }));
}

/** The names that the mark has, of tags that a deploy has set. */
function namesIn(tags: Tags): string[] {
  return (tags[marks.tags()] ?? '').split(' ').filter(Boolean);
}

async function tagRole({ clients: { iam }, spec: { role } }: Context, { set, gone }: Tagging): Promise<void> {
  const Tags = Object.entries(set).map(([Key, Value]) => ({ Key, Value }));
  if (gone.length > 0) await iam.send(new UntagRoleCommand({ RoleName: role.name, TagKeys: [...gone] }));
  if (Tags.length > 0) await iam.send(new TagRoleCommand({ RoleName: role.name, Tags }));
}

async function tagLogGroup({ clients, spec }: Context, { set, gone }: Tagging): Promise<void> {
  const found = await findLogGroup(clients, spec.logGroup.name);
  if (found === null || !(await isOurGroup(clients, spec.app, found))) return;
  const resourceArn = taggedArn(found);
  if (gone.length > 0) await clients.logs.send(new UntagLogGroupCommand({ resourceArn, tagKeys: [...gone] }));
  if (Object.keys(set).length > 0) await clients.logs.send(new TagLogGroupCommand({ resourceArn, tags: { ...set } }));
}

async function tagApi(api: ApiGatewayV2Client, ResourceArn: string, { set, gone }: Tagging): Promise<void> {
  if (gone.length > 0) await api.send(new UntagApiCommand({ ResourceArn, TagKeys: [...gone] }));
  if (Object.keys(set).length > 0) await api.send(new TagApiCommand({ ResourceArn, Tags: { ...set } }));
}

async function tagDomain({ clients, spec }: Context, name: string, tagging: Tagging): Promise<void> {
  const found = await findDomainName(clients.api, spec.app, name);
  if (found === null || found === 'foreign') return;
  await tagApi(clients.api, `arn:aws:apigateway:${spec.identity.region}::/domainnames/${name}`, tagging);
}

async function tagFunction({ clients: { lambda }, spec }: Context, { set, gone }: Tagging): Promise<void> {
  const Resource = functionArn(spec);
  const mark = namesMark(Object.keys(set));
  const Tags = { ...set, ...mark };
  const TagKeys = [...gone, ...(Object.keys(mark).length === 0 ? [marks.tags()] : [])];
  if (TagKeys.length > 0) await lambda.send(new UntagResourceCommand({ Resource, TagKeys }));
  if (Object.keys(Tags).length > 0) await lambda.send(new TagResourceCommand({ Resource, Tags }));
}
