/** Tells the deploys to come that the app has parameters, on the function that each of them reads anyway. */
import { ResourceNotFoundException, TagResourceCommand } from '@aws-sdk/client-lambda';
import { parametersTag } from '../aws/tags.ts';
import type { Target } from '../target.ts';

/** False when there is no function yet: the deploy that makes it looks for itself. */
export async function markFunction({ clients, app, identity: { account, region } }: Target): Promise<boolean> {
  const Resource = `arn:aws:lambda:${region}:${account}:function:${app}`;
  try {
    await clients.lambda.send(new TagResourceCommand({ Resource, Tags: { ...parametersTag } }));
    return true;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return false;
    throw error;
  }
}
