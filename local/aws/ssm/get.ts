/** Reading values: one, several, a folder of them, and what they were before. */
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkChoice, type Input } from '../input.ts';
import { toPage } from '../pages.ts';
import {
  allParameters,
  describe,
  findParameter,
  invalid,
  isUnder,
  latestOf,
  read,
  readMaxResults,
  readNames,
  type Selected,
  selectParameter,
  shownValue,
  showSelected,
  withoutArn,
} from './find.ts';

export function getParameter(call: Call, input: Input): Output {
  const selected = selectParameter(call, read.needText(input, 'Name'));
  return { Parameter: showSelected(selected, wantsDecryption(input)) };
}

/** What is not there is no error of this operation. */
export function getParameters(call: Call, input: Input): Output {
  const names = readNames(input);
  const found = names.map((name) => ({ name, selected: orNull(() => selectParameter(call, name)) }));
  return {
    Parameters: found.flatMap(({ selected }) => (selected ? [showSelected(selected, wantsDecryption(input))] : [])),
    InvalidParameters: found.flatMap(({ name, selected }) => (selected ? [] : [name])),
  };
}

function orNull(select: () => Selected): Selected | null {
  try {
    return select();
  } catch (error) {
    if (error instanceof AwsError) return null;
    throw error;
  }
}

export function getParametersByPath(call: Call, input: Input): Output {
  const path = read.needText(input, 'Path');
  if (!path.startsWith('/'))
    throw invalid(
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/". It can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
    );
  const types = readTypeFilter(input);
  const found = allParameters(call).filter(
    ({ Name, Type }) =>
      isUnder(path, Name, read.flag(input, 'Recursive') ?? false) && (types === null || types.includes(Type)),
  );
  const page = toPage(found, ({ Name }) => Name, {
    marker: read.text(input, 'NextToken'),
    size: readMaxResults(input, 10),
    code: 'InvalidNextToken',
  });
  const decrypt = wantsDecryption(input);
  const show = (parameter: (typeof found)[number]) =>
    showSelected({ parameter, version: latestOf(parameter), selector: '' }, decrypt);
  return { Parameters: page.items.map(show), ...(page.next && { NextToken: page.next }) };
}

/** Of the filters of AWS (Type, KeyId, Label) the one that is of use without keys and labels. */
function readTypeFilter(input: Input): readonly string[] | null {
  const [filter, ...more] = read.objects(input, 'ParameterFilters') ?? [];
  if (!filter) return null;
  checkChoice('InvalidFilterKey', 'Key', read.needText(filter, 'Key'), ['Type']);
  if (more.length > 0) throw invalid('Only one filter is known to the local platform.');
  return read.texts(filter, 'Values') ?? [];
}

export function getParameterHistory(call: Call, input: Input): Output {
  const parameter = findParameter(call, withoutArn(call, read.needText(input, 'Name')));
  const decrypt = wantsDecryption(input);
  const page = toPage(parameter.versions, ({ Version }) => String(Version).padStart(10, '0'), {
    marker: read.text(input, 'NextToken'),
    size: readMaxResults(input, 50),
    code: 'InvalidNextToken',
  });
  return {
    Parameters: page.items.map((version) => ({
      ...describe(parameter, version),
      Value: shownValue(parameter, version, decrypt),
      Labels: [],
    })),
    ...(page.next && { NextToken: page.next }),
  };
}

function wantsDecryption(input: Input): boolean {
  return read.flag(input, 'WithDecryption') ?? false;
}
