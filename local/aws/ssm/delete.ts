/** Deleting parameters, every version of them. */
import type { Call, Output } from '../call.ts';
import type { Input } from '../input.ts';
import { findParameter, read, readNames } from './find.ts';

export function deleteParameter(call: Call, input: Input): Output {
  const { Name } = findParameter(call, read.needText(input, 'Name'));
  delete call.store.state.parameters[Name];
  return {};
}

/** What is not there is no error of this operation. */
export function deleteParameters(call: Call, input: Input): Output {
  const names = readNames(input);
  const { parameters } = call.store.state;
  const there = names.filter((name) => parameters[name] !== undefined);
  for (const name of there) delete parameters[name];
  return { DeletedParameters: there, InvalidParameters: names.filter((name) => !there.includes(name)) };
}
