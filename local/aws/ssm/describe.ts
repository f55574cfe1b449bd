/** DescribeParameters: everything but the values. https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html */
import type { Parameter } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import { checkChoice, type Input } from '../input.ts';
import { toPage } from '../pages.ts';
import { allParameters, describe, isUnder, latestOf, read, readMaxResults, toParameterArn } from './find.ts';

type Test = (parameter: Parameter) => boolean;

export function describeParameters(call: Call, input: Input): Output {
  const tests = (read.objects(input, 'ParameterFilters') ?? []).map(readFilter);
  const found = allParameters(call).filter((parameter) => tests.every((test) => test(parameter)));
  const page = toPage(found, ({ Name }) => Name, {
    marker: read.text(input, 'NextToken'),
    size: readMaxResults(input, 50),
    code: 'InvalidNextToken',
  });
  return {
    Parameters: page.items.map((parameter) => ({
      ...describe(parameter, latestOf(parameter)),
      ARN: toParameterArn(parameter.Name),
    })),
    ...(page.next && { NextToken: page.next }),
  };
}

/** One of the values has to fit. */
function readFilter(filter: Input): Test {
  const key = read.needText(filter, 'Key');
  const values = read.texts(filter, 'Values') ?? [];
  const fits = fitting(key, read.text(filter, 'Option'));
  // A tag without values asks only whether it is there.
  if (key.startsWith('tag:') && values.length === 0) return ({ Tags }) => Object.hasOwn(Tags, key.slice(4));
  return (parameter) => values.some((value) => fits(parameter, value));
}

function fitting(key: string, option: string | undefined): (parameter: Parameter, value: string) => boolean {
  if (key === 'Path') {
    checkChoice('InvalidFilterOption', 'Option', option ?? 'OneLevel', ['OneLevel', 'Recursive']);
    return ({ Name }, value) => isUnder(value, Name, option === 'Recursive');
  }
  if (key === 'Name') {
    checkChoice('InvalidFilterOption', 'Option', option ?? 'Equals', ['Equals', 'BeginsWith', 'Contains']);
    if (option === 'BeginsWith') return ({ Name }, value) => Name.startsWith(value);
    if (option === 'Contains') return ({ Name }, value) => Name.includes(value);
    return ({ Name }, value) => Name === value;
  }
  if (key === 'Type') return ({ Type }, value) => Type === value;
  if (key === 'Tier') return ({ Tier }, value) => Tier === value;
  if (key.startsWith('tag:')) return ({ Tags }, value) => Tags[key.slice(4)] === value;
  throw new AwsError('InvalidFilterKey', `The specified key isn't valid: ${key}`);
}
