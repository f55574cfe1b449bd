/** A stage as the local Lambda takes it: the function a deploy would make of it, and the front door before it. */
import type { StageConfig } from '../../../config/index.ts';
import type { Front } from '../../../local/gateway/front.ts';
import { functionUrlFront } from '../../../local/gateway/function-url.ts';
import { httpApiFront } from '../../../local/gateway/http-api.ts';
import type { LambdaFunction } from '../../../local/model.ts';
import type { Subject } from './read.ts';

/** API Gateway gives up after so long. */
const httpApiTimeoutMs = 30_000;

export function stageFront({ name, url, proxy }: StageConfig): Front {
  if (url === 'function_url')
    return functionUrlFront({ urlId: name, invokeMode: proxy.stream ? 'RESPONSE_STREAM' : 'BUFFERED' });
  return httpApiFront({ ApiId: name }, '2.0', httpApiTimeoutMs);
}

const wrapper = 'AWS_LAMBDA_EXEC_WRAPPER';

/** What an SDK of AWS finds its account by: the app's calls go where those of the shell go. */
const ofAws = /^(?:AWS_(?!LAMBDA_|EXECUTION_ENV)\w+|HOME|USERPROFILE|NODE_EXTRA_CA_CERTS)$/;

export function functionOf({ config, commit, own, app }: Subject, env: NodeJS.ProcessEnv): LambdaFunction {
  const { name, stage, lambda } = config;
  const arn = `arn:aws:lambda:us-east-1:000000000000:function:${name}`;
  // An app with a wrapper of its own is served through AWS's client, as when it is deployed.
  const usesOurs = lambda.runtime_client === 'up' && own.variables[wrapper] === undefined;
  const latest: LambdaFunction['latest'] = {
    FunctionName: name,
    Version: '$LATEST',
    Description: '',
    Runtime: lambda.runtime,
    Handler: '_up/handler.handler',
    Role: `arn:aws:iam::000000000000:role/${name}`,
    Timeout: lambda.timeout,
    MemorySize: lambda.memory,
    Architectures: [lambda.architecture],
    Environment: {
      ...shellVariables(env),
      ...(app.bundle && { NODE_OPTIONS: '--enable-source-maps' }),
      ...own.variables,
      UP_STAGE: stage,
      UP_COMMIT: commit.commit,
      UP_AUTHOR: commit.author,
      ...(usesOurs && { [wrapper]: '/var/task/_up/bootstrap' }),
    },
    Layers: [],
    EphemeralStorage: lambda.ephemeral_storage,
    LogGroup: `/aws/lambda/${name}`,
    LogFormat: 'Text',
    TracingMode: 'PassThrough',
    CodeSha256: '',
    CodeSize: 0,
    LastModified: '',
    RevisionId: '0',
  };
  const fn = { FunctionName: name, FunctionArn: arn, Tags: {}, latest, versions: {}, nextVersion: 1, aliases: {} };
  return { ...fn, policies: {}, ...(lambda.reserved !== undefined && { reservedConcurrency: lambda.reserved }) };
}

function shellVariables(env: NodeJS.ProcessEnv): Record<string, string> {
  const found = Object.entries(env).filter(([name, value]) => ofAws.test(name) && value !== undefined);
  return Object.fromEntries(found) as Record<string, string>;
}
