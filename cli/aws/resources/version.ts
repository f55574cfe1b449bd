/** A published version: code, configuration and environment as one immutable thing. */
import {
  GetFunctionConfigurationCommand,
  InvalidParameterValueException,
  PreconditionFailedException,
  PublishVersionCommand,
} from '@aws-sdk/client-lambda';
import type { Context } from '../model.ts';
import { waitUntil } from '../wait.ts';
import { overtaken, readyTimeout, settled } from './function.ts';
import { diffFunction } from './function-diff.ts';

/** Publishing what was published last gives that version again, so a repeated deploy leaves none behind. */
export async function publishVersion(context: Context): Promise<void> {
  const { clients, spec, outputs } = context;
  const Version = await publish(context).catch((error: unknown) => publishAgain(context, error));
  outputs.version = Version;
  await waitUntil(
    async () => {
      const live = await clients.lambda.send(
        new GetFunctionConfigurationCommand({ FunctionName: spec.app, Qualifier: Version }),
      );
      return live.State === 'Pending' ? null : true;
    },
    { timeout: readyTimeout(spec), for: `version ${Version} to be ready` },
  );
}

async function publish({ clients, spec, outputs }: Context): Promise<string> {
  const { Version = '' } = await clients.lambda.send(
    new PublishVersionCommand({
      FunctionName: spec.app,
      CodeSha256: spec.code.sha256,
      Description: spec.description,
      // Guarded by the RevisionId: a change made by somebody else since our own would otherwise be published.
      RevisionId: outputs.revision,
    }),
  );
  return Version;
}

/** A refusal is no conflict while $LATEST is still what this deploy wants: the same was deployed twice at once. */
async function publishAgain(context: Context, error: unknown): Promise<string> {
  if (!(error instanceof PreconditionFailedException) && !isOtherCode(error)) throw error;
  const live = await settled(context);
  if (diffFunction(context.spec, live).length > 0) throw overtaken(context.spec, error);
  context.outputs.revision = live.revisionId;
  return publish(context);
}

function isOtherCode(error: unknown): error is Error {
  return error instanceof InvalidParameterValueException && /CodeSHA256/i.test(error.message);
}
