/** A published version: code, configuration and environment as one immutable thing. */
import {
  GetFunctionConfigurationCommand,
  InvalidParameterValueException,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import { UpError } from '../../errors.ts';
import type { Context } from '../model.ts';
import { waitUntil } from '../wait.ts';

/** Publishing what was published last gives that version again, so a repeated deploy leaves none behind. */
export async function publishVersion({ clients, spec, outputs }: Context): Promise<void> {
  const { Version = '' } = await clients.lambda
    .send(
      new PublishVersionCommand({
        FunctionName: spec.app,
        CodeSha256: spec.code.sha256,
        Description: spec.description,
        // Somebody else's change since our own would be published in our name.
        RevisionId: outputs.revision,
      }),
    )
    .catch((error: unknown) => {
      throw isOtherCode(error) ? overtaken(error) : error;
    });
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

/** Of two deploys at once the slower one finds the code of the other in $LATEST. */
function isOtherCode(error: unknown): error is Error {
  return error instanceof InvalidParameterValueException && /CodeSHA256/i.test(error.message);
}

function overtaken(cause: Error): UpError {
  const evidence = `AWS said   ${cause.name}: ${cause.message.split('\n')[0]}`;
  return new UpError('UP_DEPLOY_CONFLICT', 'Somebody else is deploying this app', { evidence, cause });
}
