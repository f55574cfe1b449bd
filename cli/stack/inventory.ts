/** Everything of an app that is there, over all its stages; also what has our names and is not ours. Changes nothing. */
import {
  type AliasConfiguration,
  type FunctionConfiguration,
  GetFunctionCommand,
  type GetFunctionCommandOutput,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import { statusOf } from '../aws/artifacts/bucket.ts';
import { taggedDomains } from '../aws/domains/model.ts';
import { readPins } from '../aws/environment.ts';
import { bucketName, logGroupName, parameterPath, permissionPrefix, roleName } from '../aws/names.ts';
import { parseBefore } from '../aws/resources/alias.ts';
import { listArtifacts } from '../aws/resources/artifact.ts';
import { tagsOf } from '../aws/resources/function.ts';
import { vpcConfigOf } from '../aws/resources/function-diff.ts';
import { readUrl } from '../aws/resources/function-url.ts';
import { allApis } from '../aws/resources/http-api.ts';
import { findLogGroup, isOurGroup } from '../aws/resources/log-group.ts';
import { everyStage, findAllParameters } from '../aws/resources/parameter.ts';
import { readPermission } from '../aws/resources/permission.ts';
import { findRole } from '../aws/resources/role.ts';
import type { Scope } from '../aws/scope.ts';
import { isOurs } from '../aws/tags.ts';
import { bytes } from '../output/format.ts';
import { listExtras } from './extras.ts';
import type { Item } from './item.ts';

export async function readInventory(scope: Scope): Promise<Item[]> {
  const lists = await Promise.all([
    listApis(scope),
    listFunction(scope),
    listArtifactItems(scope),
    listParameters(scope),
    listLogGroup(scope),
    listRole(scope),
  ]);
  return lists.flat();
}

async function listApis({ clients, app, identity }: Scope): Promise<Item[]> {
  const items: Item[] = [];
  for await (const { Name = '', ApiId = '', Tags: tags } of allApis(clients.api)) {
    if (!isOurs(tags, app)) continue;
    const arn = `arn:aws:apigateway:${identity.region}::/apis/${ApiId}`;
    const stage = tags?.['up:stage'] ?? null;
    for (const name of taggedDomains(tags ?? {}))
      items.push({ type: 'domain', name, stage, id: name, arn, state: '', ours: true });
    items.push({
      type: 'http api',
      name: Name,
      stage,
      id: ApiId,
      arn,
      state: '',
      ours: true,
    });
  }
  return items;
}

/** The function, and what hangs on it. */
async function listFunction(scope: Scope): Promise<Item[]> {
  const { clients, app } = scope;
  const found = await getFunction(scope);
  if (!found?.Configuration) return listExtras(scope, null);
  const { FunctionArn: arn = '', State: state = '', CodeSha256: sha256 = '' } = found.Configuration;
  const tags = await tagsOf(clients.lambda, found);
  const ours = isOurs(tags, app);
  const facts = { id: app, arn, state, ours, sha256, ...configured(app, found.Configuration) };
  const fn: Item = { type: 'function', name: app, stage: null, ...facts };
  if (!ours) return [fn];
  const [aliases, versions] = await Promise.all([
    pages((Marker) => clients.lambda.send(new ListAliasesCommand({ FunctionName: app, Marker })), 'Aliases'),
    pages(
      (Marker) => clients.lambda.send(new ListVersionsByFunctionCommand({ FunctionName: app, Marker })),
      'Versions',
    ),
  ]);
  const frontDoors = await Promise.all(
    aliases.flatMap((alias) => [listUrl(scope, alias), listPermissions(scope, alias)]),
  );
  const extras = await listExtras(scope, tags);
  return [
    ...extras,
    ...frontDoors.flat(),
    ...aliases.map(toAlias),
    ...versions.flatMap((version) => toVersion(app, version)),
    fn,
  ];
}

async function getFunction({ clients, app }: Scope): Promise<GetFunctionCommandOutput | null> {
  try {
    return await clients.lambda.send(new GetFunctionCommand({ FunctionName: app }));
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** All pages of one of Lambda's lists. */
async function pages<Name extends string, Member>(
  list: (
    marker: string | undefined,
  ) => Promise<{ NextMarker?: string | undefined } & { [name in Name]?: Member[] | undefined }>,
  name: Name,
): Promise<Member[]> {
  const members: Member[] = [];
  for (let marker: string | undefined; ; ) {
    const page = await list(marker);
    members.push(...(page[name] ?? []));
    marker = page.NextMarker;
    if (!marker) return members;
  }
}

async function listUrl({ clients, app }: Scope, { Name: stage = '', AliasArn: arn = '' }: AliasConfiguration) {
  const live = await readUrl(clients, { app, stage });
  if (!live) return [];
  return [{ type: 'function url', name: stage, stage, id: live.url, arn, state: '', ours: true } satisfies Item];
}

/** Statements of ours; what others have allowed on the alias is theirs. */
async function listPermissions({ clients, app }: Scope, { Name: stage = '', AliasArn: arn = '' }: AliasConfiguration) {
  const live = await readPermission(clients, { app, stage });
  return (live?.statements ?? [])
    .filter(({ Sid }) => Sid.startsWith(permissionPrefix(stage)))
    .map(({ Sid }): Item => ({ type: 'permission', name: Sid, stage, id: Sid, arn, state: '', ours: true }));
}

function toAlias({ Name: stage = '', AliasArn: arn = '', ...alias }: AliasConfiguration): Item {
  const { FunctionVersion: version = '', RoutingConfig, Description } = alias;
  const canaries = Object.keys(RoutingConfig?.AdditionalVersionWeights ?? {});
  const before = parseBefore(Description);
  const state = [version, ...canaries].map((number) => `v${number}`).join(' and ');
  const uses = [version, ...canaries, ...(before === '' ? [] : [before])];
  return { type: 'alias', name: stage, stage, id: stage, arn, state, ours: true, uses };
}

/** Which stage it was made for stands in the version itself. */
function toVersion(app: string, config: FunctionConfiguration): Item[] {
  const { Version = '', FunctionArn: arn = '', LastModified = '', CodeSha256: sha256 = '', Environment } = config;
  if (Version === '$LATEST') return [];
  const { UP_STAGE: stage = null, UP_COMMIT: commit = '' } = Environment?.Variables ?? {};
  const created = Date.parse(LastModified.replace(/\+0000$/, 'Z'));
  const facts = { stage, id: Version, arn, state: commit, ours: true, created, sha256, ...configured(app, config) };
  return [{ type: 'version', name: `v${Version}`, ...facts }];
}

/** What its configuration tells of the parameters and the network. */
function configured(app: string, config: FunctionConfiguration): Pick<Item, 'reads' | 'isAttached'> {
  const pins = readPins(config.Environment?.Variables);
  const reads = pins.map(({ scope, name }) => `${parameterPath(app, scope)}/${name}`);
  return { reads, ...(vpcConfigOf(config).SubnetIds.length > 0 && { isAttached: true }) };
}

/** Packages too large for a request. Whoever may not list the bucket has never sent one. */
async function listArtifactItems({ clients, app, identity }: Scope): Promise<Item[]> {
  const found = await listArtifacts(clients, { app, identity }).catch((error: unknown) => {
    if (statusOf(error) === 403) return [];
    throw error;
  });
  return found.map(({ key, sha256, size }): Item => {
    const arn = `arn:aws:s3:::${bucketName(identity.account, identity.region)}/${key}`;
    return { type: 'artifact', name: key, stage: null, id: key, arn, state: bytes(size), ours: true, sha256 };
  });
}

/** Without their values. */
async function listParameters({ clients, app, identity: { account, region } }: Scope): Promise<Item[]> {
  const found = await findAllParameters(clients, app);
  return found.map(({ name, scope, kind, ours, isRetired }): Item => {
    const path = `${parameterPath(app, scope)}/${name}`;
    const arn = `arn:aws:ssm:${region}:${account}:parameter${path}`;
    const stage = scope === everyStage ? null : scope;
    return { type: 'parameter', name, stage, id: path, arn, state: kind, ours, ...(isRetired && { isRetired }) };
  });
}

async function listLogGroup({ clients, app }: Scope): Promise<Item[]> {
  const name = logGroupName(app);
  const found = await findLogGroup(clients, name);
  if (!found) return [];
  const state = found.retentionInDays === undefined ? 'kept for ever' : `${found.retentionInDays} days`;
  const ours = await isOurGroup(clients, app, found);
  return [{ type: 'log group', name, stage: null, id: name, arn: found.arn ?? '', state, ours }];
}

async function listRole({ clients, app }: Scope): Promise<Item[]> {
  const name = roleName(app);
  const found = await findRole(clients, name);
  if (!found) return [];
  return [{ type: 'role', name, stage: null, id: name, arn: found.arn, state: '', ours: isOurs(found.tags, app) }];
}
