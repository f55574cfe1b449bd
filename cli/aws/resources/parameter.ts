/**
 * Parameters of Systems Manager: the variables of an app that are not in up.json, per stage or for all of them. Each
 * change is a version of its own, which AWS keeps a hundred deep.
 */
import {
  AddTagsToResourceCommand,
  DeleteParametersCommand,
  GetParametersCommand,
  HierarchyTypeMismatchException,
  ParameterAlreadyExists,
  type ParameterMetadata,
  type ParameterStringFilter,
  PutParameterCommand,
  paginateDescribeParameters,
  paginateGetParametersByPath,
  type SSMClient,
} from '@aws-sdk/client-ssm';
import { UpError } from '../../errors.ts';
import { parameterPath } from '../names.ts';
import { appTags } from '../tags.ts';

/** For all stages, or a stage. */
export type Scope = string;
export const everyStage: Scope = 'all';

export type Kind = 'secret' | 'plain';

export interface ParameterId {
  readonly name: string;
  readonly scope: Scope;
}

/** Without its value. */
export interface ParameterFacts extends ParameterId {
  readonly kind: Kind;
  readonly version: number;
  readonly modified: Date;
}

export interface Parameter extends ParameterId {
  readonly kind: Kind;
  readonly version: number;
  readonly value: string;
}

interface Ssm {
  readonly ssm: SSMClient;
}

/**
 * The value of a removed parameter while some version of the function still reads an earlier value by its version
 * number: deleting the parameter would delete those too.
 */
const removedValue = 'up:removed';
const removedText = 'Removed; kept for the versions that read it';

/** Where the variables of a stage are, in the order in which they win. A preview is a staging of its own. */
export function scopesOf(stage: string): Scope[] {
  return [everyStage, stage.startsWith('preview-') ? 'staging' : stage];
}

/** Whether the app has any, of whatever stage. */
export async function hasParameters({ ssm }: Ssm, app: string): Promise<boolean> {
  const input = { Path: parameterPath(app, ''), Recursive: true, MaxResults: 1 };
  // A page may be empty and not the last.
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, input))
    if (Parameters.length > 0) return true;
  return false;
}

/** With their values. */
export async function readParameters({ ssm }: Ssm, app: string, scope: Scope): Promise<Parameter[]> {
  const found: Parameter[] = [];
  const input = { Path: parameterPath(app, scope), WithDecryption: true };
  for await (const { Parameters = [] } of paginateGetParametersByPath({ client: ssm }, input))
    for (const { Name = '', Type, Version = 0, Value = '' } of Parameters)
      if (Value !== removedValue)
        found.push({ name: lastOf(Name), scope, kind: kindOf(Type), version: Version, value: Value });
  return found;
}

/** Without asking for a value at all. Null for every scope, also that of a stage which has left up.json. */
export async function listParameters(
  { ssm }: Ssm,
  app: string,
  scopes: readonly Scope[] | null,
): Promise<ParameterFacts[]> {
  const found = await describeAll(ssm, [
    scopes === null
      ? belowApp(app)
      : { Key: 'Path', Option: 'OneLevel', Values: scopes.map((scope) => parameterPath(app, scope)) },
  ]);
  const used = found.filter(({ Description }) => Description !== removedText).map(toFacts);
  return used.sort((a, b) => order(a).localeCompare(order(b), 'en'));
}

export interface FoundParameter extends ParameterFacts {
  /** It carries our tag. */
  readonly ours: boolean;
  /** It was removed, and is kept for versions that read it. */
  readonly isRetired: boolean;
}

/** Every one of the app, also those that are kept for older versions only. */
export async function findAllParameters({ ssm }: Ssm, app: string): Promise<FoundParameter[]> {
  const below = belowApp(app);
  const tags = Object.entries(appTags(app)).map(([name, value]) => ({ Key: `tag:${name}`, Values: [value] }));
  const [all, tagged] = await Promise.all([describeAll(ssm, [below]), describeAll(ssm, [below, ...tags])]);
  const ours = new Set(tagged.map(({ Name }) => Name));
  return all.map((found) => ({
    ...toFacts(found),
    ours: ours.has(found.Name),
    isRetired: found.Description === removedText,
  }));
}

function belowApp(app: string): ParameterStringFilter {
  return { Key: 'Path', Option: 'Recursive', Values: [parameterPath(app, '').replace(/\/$/, '')] };
}

async function describeAll(ssm: SSMClient, ParameterFilters: ParameterStringFilter[]): Promise<ParameterMetadata[]> {
  const found: ParameterMetadata[] = [];
  for await (const { Parameters = [] } of paginateDescribeParameters({ client: ssm }, { ParameterFilters }))
    found.push(...Parameters);
  return found;
}

function toFacts({ Name = '', Type, Version = 0, LastModifiedDate = new Date(0) }: ParameterMetadata): ParameterFacts {
  return { name: lastOf(Name), scope: scopeOf(Name), kind: kindOf(Type), version: Version, modified: LastModifiedDate };
}

/** Those of all stages first. */
function order({ name, scope }: ParameterId): string {
  return `${scope === everyStage ? '' : scope}\n${name}`;
}

function pathOf(app: string, { scope, name }: ParameterId): string {
  return `${parameterPath(app, scope)}/${name}`;
}

const namesAtOnce = 10;

/** The values of some, by name; what is not there is not in it. */
export async function findParameters(
  { ssm }: Ssm,
  app: string,
  scope: Scope,
  names: readonly string[],
): Promise<Map<string, Parameter>> {
  const found = new Map<string, Parameter>();
  for (let start = 0; start < names.length; start += namesAtOnce) {
    const Names = names.slice(start, start + namesAtOnce).map((name) => pathOf(app, { scope, name }));
    const { Parameters = [] } = await ssm.send(new GetParametersCommand({ Names, WithDecryption: true }));
    for (const { Name = '', Type, Version = 0, Value = '' } of Parameters) {
      const name = lastOf(Name);
      if (Value !== removedValue) found.set(name, { name, scope, kind: kindOf(Type), version: Version, value: Value });
    }
  }
  return found;
}

export interface Assignment {
  readonly name: string;
  readonly value: string;
}

/** A new parameter, or a new version of one; gives its version. */
export async function putParameter(
  { ssm }: Ssm,
  app: string,
  { name, scope, value, kind }: Assignment & ParameterId & { readonly kind: Kind },
): Promise<number> {
  const parameter = { Name: pathOf(app, { scope, name }), Value: value, Type: typeOf(kind) } as const;
  const Tags = Object.entries(appTags(app)).map(([Key, Value]) => ({ Key, Value }));
  try {
    const { Version = 0 } = await ssm.send(new PutParameterCommand({ ...parameter, Tags }));
    return Version;
  } catch (error) {
    if (!(error instanceof ParameterAlreadyExists)) throw error;
  }
  try {
    const { Version = 0 } = await ssm.send(new PutParameterCommand({ ...parameter, Description: '', Overwrite: true }));
    // Nothing is ours without them, and tags cannot come with an overwrite.
    await ssm.send(new AddTagsToResourceCommand({ ResourceType: 'Parameter', ResourceId: parameter.Name, Tags }));
    return Version;
  } catch (error) {
    throw error instanceof HierarchyTypeMismatchException ? otherKind(name, kind) : error;
  }
}

function otherKind(name: string, kind: Kind): UpError {
  const is = kind === 'secret' ? 'is plain' : 'is a secret';
  return new UpError('UP_ENV_KIND', `${name} ${is}, and AWS does not let a parameter change its kind`, {
    hint: `up env rm ${name}, then set it again`,
    next: [`up env rm ${name}`],
  });
}

/** With every version of them. What is gone already is done. */
export async function removeParameters({ ssm }: Ssm, app: string, ids: readonly ParameterId[]): Promise<void> {
  const names = ids.map((id) => pathOf(app, id));
  for (let start = 0; start < names.length; start += namesAtOnce)
    await ssm.send(new DeleteParametersCommand({ Names: names.slice(start, start + namesAtOnce) }));
}

/** Takes one out of use and keeps what it was before for the versions that read it. */
export async function retireParameter({ ssm }: Ssm, app: string, { name, scope, kind }: ParameterFacts): Promise<void> {
  await ssm.send(
    new PutParameterCommand({
      Name: pathOf(app, { scope, name }),
      Value: removedValue,
      Type: typeOf(kind),
      Description: removedText,
      Overwrite: true,
    }),
  );
}

function typeOf(kind: Kind): 'SecureString' | 'String' {
  return kind === 'secret' ? 'SecureString' : 'String';
}

function kindOf(type: string | undefined): Kind {
  return type === 'SecureString' ? 'secret' : 'plain';
}

function lastOf(path: string): string {
  return path.split('/').at(-1) ?? '';
}

function scopeOf(path: string): Scope {
  return path.split('/').at(-2) ?? '';
}
