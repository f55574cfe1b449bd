/** Finding parameters, by name, by `name:version` or by ARN, and showing them as AWS does. */
import { createHash } from 'node:crypto';
import type { Parameter, ParameterVersion } from '../../model.ts';
import type { Aws } from '../call.ts';
import { AwsError } from '../error.ts';
import { accountId, region } from '../identity.ts';
import { checkRange, createReader, type Input } from '../input.ts';
import { byName } from '../pages.ts';

export const validation = 'ValidationException';
export const read = createReader(validation);

export function invalid(message: string): AwsError {
  return new AwsError(validation, message);
}

type Sources = Pick<Aws, 'store'>;

export function allParameters({ store }: Sources): Parameter[] {
  return byName(Object.values(store.state.parameters), ({ Name }) => Name);
}

export function findParameter({ store }: Sources, name: string): Parameter {
  const found = store.state.parameters[name];
  if (!found) throw new AwsError('ParameterNotFound', `Parameter ${name} not found.`);
  return found;
}

export function latestOf({ versions }: Parameter): ParameterVersion {
  const latest = versions.at(-1);
  if (!latest) throw new Error('a parameter has at least one version');
  return latest;
}

export interface Selected {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  /** `:3`, as it was asked for; '' without. */
  readonly selector: string;
}

const arnPrefix = `arn:aws:ssm:${region}:${accountId}:parameter`;

/** The name in an ARN, which is the same for a name with a slash in front and one without; a version stays behind it. */
export function withoutArn({ store }: Sources, asked: string): string {
  if (!asked.startsWith(`${arnPrefix}/`)) return asked;
  const name = asked.slice(arnPrefix.length);
  return store.state.parameters[name.replace(/:.*$/, '')] ? name : name.slice(1);
}

/** What `name` or `name:version` asks for, by its ARN too. */
export function selectParameter(sources: Sources, asked: string): Selected {
  const [name = '', wanted] = withoutArn(sources, asked).split(':');
  const parameter = findParameter(sources, name);
  if (wanted === undefined) return { parameter, version: latestOf(parameter), selector: '' };
  const version = parameter.versions.find(({ Version }) => String(Version) === wanted);
  if (version) return { parameter, version, selector: `:${wanted}` };
  throw new AwsError(
    'ParameterVersionNotFound',
    `Systems Manager could not find version ${wanted} of ${name}. Verify the version and try again.`,
  );
}

export function showSelected({ parameter, version, selector }: Selected, decrypt: boolean): Record<string, unknown> {
  return {
    Name: parameter.Name,
    Type: parameter.Type,
    Value: shownValue(parameter, version, decrypt),
    Version: version.Version,
    ...(selector !== '' && { Selector: selector }),
    LastModifiedDate: version.LastModifiedDate / 1000,
    ARN: toParameterArn(parameter.Name),
    DataType: 'text',
  };
}

/** What DescribeParameters and GetParameterHistory have in common. */
export function describe(parameter: Parameter, version: ParameterVersion): Record<string, unknown> {
  return {
    Name: parameter.Name,
    Type: parameter.Type,
    ...(parameter.Type === 'SecureString' && { KeyId: version.KeyId }),
    LastModifiedDate: version.LastModifiedDate / 1000,
    LastModifiedUser: `arn:aws:iam::${accountId}:root`,
    ...(version.Description !== '' && { Description: version.Description }),
    Version: version.Version,
    Tier: parameter.Tier,
    Policies: [],
    DataType: 'text',
  };
}

/** Without decryption AWS gives the ciphertext; what stands here for it tells as little. */
export function shownValue({ Name, Type }: Parameter, { Value, Version }: ParameterVersion, decrypt: boolean): string {
  if (Type !== 'SecureString' || decrypt) return Value;
  const digest = createHash('sha512').update(`${Name}:${Version}`).digest('base64');
  return `AQICAH${digest}`;
}

export function toParameterArn(name: string): string {
  return `${arnPrefix}${name.startsWith('/') ? '' : '/'}${name}`;
}

/** `MaxResults`; by default as many as may be. */
export function readMaxResults(input: Input, most: number): number {
  const size = read.number(input, 'MaxResults') ?? most;
  checkRange(validation, 'MaxResults', size, { min: 1, max: most });
  return size;
}

/** Several names at once: at least one, at most ten. */
export function readNames(input: Input): string[] {
  const names = read.texts(input, 'Names') ?? [];
  if (names.length >= 1 && names.length <= 10) return names;
  const rule = names.length === 0 ? 'greater than or equal to 1' : 'less than or equal to 10';
  throw invalid(
    `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length ${rule}`,
  );
}

/** Whether `name` is in the folder `path`, or with `recursive` anywhere below it. */
export function isUnder(path: string, name: string, recursive: boolean): boolean {
  const folder = path.endsWith('/') ? path : `${path}/`;
  if (!name.startsWith(folder)) return false;
  return recursive || !name.slice(folder.length).includes('/');
}
