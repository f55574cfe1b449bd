/** A published version: code, configuration and environment as one immutable thing. */
import { GetFunctionConfigurationCommand, PublishVersionCommand } from '@aws-sdk/client-lambda';
import type { Context } from '../model.ts';
import { waitUntil } from '../wait.ts';

/** Publishing what was published last gives that version again, so a repeated deploy leaves none behind. */
export async function publishVersion({ clients, spec, outputs }: Context): Promise<void> {
  const { Version = '' } = await clients.lambda.send(
    new PublishVersionCommand({
      FunctionName: spec.app,
      CodeSha256: spec.code.sha256,
      Description: spec.description,
      // Somebody else's change since our own would be published in our name.
      RevisionId: outputs.revision,
    }),
  );
  outputs.version = Version;
  await waitUntil(
    async () => {
      const live = await clients.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: spec.app, Qualifier: Version }),
      );
      return live.State === 'Pending' ? null : true;
    },
    { timeout: 120_000, for: `version ${Version} to be ready` },
  );
}
