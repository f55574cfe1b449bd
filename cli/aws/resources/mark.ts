/** The tags on the function that say what else there is to look for: see `marks`. */
import { ResourceNotFoundException, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import type { Clients } from '../clients.ts';
import type { Identity } from '../identity.ts';
import type { Context } from '../model.ts';

interface Owner {
  readonly app: string;
  readonly identity: Identity;
}

/** Before the thing itself is made: a deploy that is killed in between finds it again. */
export async function setMark({ clients, spec, world, outputs }: Context, mark: string): Promise<void> {
  if (world.fn?.tags?.[mark] !== undefined || outputs.marked.has(mark)) return;
  await clients.lambda.send(new TagResourceCommand({ Resource: functionArn(spec), Tags: { [mark]: 'true' } }));
  outputs.marked.add(mark);
}

/** After the thing itself is gone. Done, too, when the function is gone. */
export async function removeMark({ lambda }: Pick<Clients, 'lambda'>, owner: Owner, mark: string): Promise<void> {
  try {
    await lambda.send(new UntagResourceCommand({ Resource: functionArn(owner), TagKeys: [mark] }));
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

export function functionArn({ app, identity: { region, account } }: Owner): string {
  return `arn:aws:lambda:${region}:${account}:function:${app}`;
}
