/** What may be answered to the questions of `up init`: each answer as the value it stands for, or what is wrong with it. */
import { isAppName } from '../../config/app.ts';
import { didYouMean } from '../../config/nearest.ts';
import { regions } from '../../config/regions.ts';
import { toAppName } from '../project/app-name.ts';
import { type TemplateName, templateNames } from './templates.ts';

export type Read<T> = { readonly value: T } | { readonly problem: string };

/** By its name, the beginning of one, or its number in the list. */
export function readTemplate(answer: string): Read<TemplateName> {
  const word = answer.toLowerCase();
  const found = templateNames[Number(word) - 1] ?? only(templateNames.filter((name) => name.startsWith(word)));
  if (found !== undefined) return { value: found };
  return { problem: `"${answer}" is not one of them${didYouMean(word, templateNames)}` };
}

export function readName(answer: string): Read<string> {
  if (isAppName(answer)) return { value: answer };
  const rule = 'a-z, 0-9 and dashes, at most 40, a letter first';
  return { problem: `"${answer}" cannot be a name (${rule}), did you mean "${toAppName(answer)}"?` };
}

export function readRegion(answer: string): Read<string> {
  if (regions.some((known) => known === answer)) return { value: answer };
  return { problem: `"${answer}" is not an AWS region${didYouMean(answer, regions)}` };
}

function only<T>(list: readonly T[]): T | undefined {
  return list.length === 1 ? list[0] : undefined;
}
