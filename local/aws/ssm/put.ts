/** PutParameter: a new parameter, or a new version of one. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_PutParameter.html */
import type { Parameter, Tags } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkChoice, type Input } from '../input.ts';
import { invalid, read, validation } from './find.ts';
import { readTags } from './tags.ts';

const types = ['String', 'StringList', 'SecureString'] as const;

/** https://docs.aws.amazon.com/general/latest/gr/ssm.html: bytes of a value, and how many versions are kept. */
const maxBytes: Readonly<Record<string, number>> = { Standard: 4096, Advanced: 8192 };
const maxVersions = 100;
const maxLevels = 15;
/** Of the name with the ARN that comes before it. */
const maxNameLength = 1011;

export function putParameter(call: Call, input: Input): Output {
  const { state } = call.store;
  const name = read.needText(input, 'Name');
  checkName(name);
  const existing = state.parameters[name];
  const overwrite = read.flag(input, 'Overwrite') ?? false;
  const tags = readTags(input);
  if (overwrite && tags)
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  if (existing && !overwrite)
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  const parameter = existing ? { ...existing, Type: sameType(existing, input) } : newParameter(name, input, tags);
  const Tier = readTier(input, parameter.Tier);
  const Version = (parameter.versions.at(-1)?.Version ?? 0) + 1;
  const version = {
    Version,
    Value: readValue(input, Tier),
    Description: read.text(input, 'Description') ?? '',
    KeyId: read.text(input, 'KeyId') ?? 'alias/aws/ssm',
    LastModifiedDate: call.now(),
  };
  // The oldest version is removed once there are more than AWS keeps.
  const versions = [...parameter.versions, version].slice(-maxVersions);
  state.parameters[name] = { ...parameter, Tier, versions };
  return { Version, Tier };
}

function checkName(name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]+$/.test(name) || /(?:^.+|^)\/\/|\/$/.test(name) || name.length > maxNameLength)
    throw invalid(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  if (name.includes('/') && !name.startsWith('/')) throw invalid('Parameter name must be a fully qualified name.');
  if (/^\/?(?:aws|ssm)/i.test(name))
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  if (name.split('/').length - 1 > maxLevels)
    throw new AwsError(
      'HierarchyLevelLimitExceededException',
      `A hierarchy can have a maximum of ${maxLevels} levels.`,
    );
}

function newParameter(Name: string, input: Input, tags: Tags | null): Parameter {
  const Type = read.text(input, 'Type');
  if (Type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  checkChoice(validation, 'Type', Type, types);
  return { Name, Type, Tier: 'Standard', Tags: tags ?? {}, versions: [] };
}

/** A type once given stays. */
function sameType({ Type }: Parameter, input: Input): string {
  const wanted = read.text(input, 'Type') ?? Type;
  checkChoice(validation, 'Type', wanted, types);
  if (wanted === Type) return Type;
  throw new AwsError(
    'HierarchyTypeMismatchException',
    `Parameter Store does not support changing a parameter type in a hierarchy: the parameter is of type ${Type}.`,
  );
}

function readTier(input: Input, before: string): string {
  const tier = read.text(input, 'Tier') ?? before;
  checkChoice(validation, 'Tier', tier, ['Standard', 'Advanced', 'Intelligent-Tiering']);
  return tier === 'Intelligent-Tiering' ? 'Standard' : tier;
}

function readValue(input: Input, tier: string): string {
  const value = read.text(input, 'Value') ?? '';
  if (value === '')
    throw invalid(
      "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1",
    );
  const most = maxBytes[tier] ?? 0;
  if (Buffer.byteLength(value) > most)
    throw invalid(`${tier} tier parameters support a maximum parameter value of ${most} characters.`);
  if (/\{\{.*\}\}/s.test(value)) throw invalid("Parameter values can't nest other parameters: {{}} is reserved.");
  if (!readPattern(input).test(value))
    throw new AwsError('ParameterPatternMismatchException', "Parameter value doesn't match the pattern");
  return value;
}

/** Without one any value fits. */
function readPattern(input: Input): RegExp {
  const pattern = read.text(input, 'AllowedPattern') ?? '';
  try {
    return new RegExp(pattern);
  } catch {
    throw new AwsError('InvalidAllowedPatternException', `The allowed pattern is not a regular expression: ${pattern}`);
  }
}
