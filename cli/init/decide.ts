/** The three questions of `up init`. A flag answers one, and where nobody can be asked what is proposed holds. */
import type { Context } from '../command.ts';
import { isCi } from '../io.ts';
import { type Read, readName, readRegion, readTemplate } from './answers.ts';
import { type Asker, createAsker, type Question } from './ask.ts';
import type { Identity } from './files.ts';
import { defaultTemplate, type TemplateName, templates } from './templates.ts';

/** The answer to a question: the flag's, else a person's, else what is proposed. */
export type Decide = <T>(given: T | undefined, question: Question<T>) => Promise<T>;

/** Lends `use` the terminal, if there is somebody at it. */
export async function withDecisions<T>(
  { io, flags }: Context,
  { yes }: { readonly yes: boolean },
  use: (decide: Decide) => Promise<T>,
): Promise<T> {
  const somebodyIsThere = io.stdin.isTTY === true && io.stderrIsTty && !isCi(io.env) && !flags.json && !yes;
  const askers: Asker[] = [];
  const open = () => {
    const asker = askers[0] ?? createAsker(io);
    if (askers.length === 0) askers.push(asker);
    return asker;
  };
  try {
    return await use(async (given, question) => {
      if (given !== undefined) return given;
      return somebodyIsThere ? open().ask(question) : question.proposed.value;
    });
  } finally {
    askers[0]?.close();
  }
}

export function decideTemplate(decide: Decide, given: TemplateName | undefined): Promise<TemplateName> {
  const choices = templates.map(
    ({ name, what }, index) => `  ${(index === 0 ? 'Templates' : '').padEnd(11)}${name.padEnd(12)}${what}`,
  );
  return decide(given, {
    label: 'Template',
    choices,
    proposed: { shown: defaultTemplate, value: defaultTemplate },
    read: readTemplate,
  });
}

/** `proposed` is the name that holds without an answer. */
export async function decideIdentity(
  decide: Decide,
  { name, region }: { readonly name: string | undefined; readonly region: string | undefined },
  proposed: string,
): Promise<Identity> {
  return {
    name: await decide(name, { label: 'Name', proposed: { shown: proposed, value: proposed }, read: readName }),
    region: await decide<string | undefined>(region, {
      label: 'Region',
      proposed: { shown: 'that of your AWS settings', value: undefined },
      read: readRegion as (answer: string) => Read<string | undefined>,
    }),
  };
}
