/** Functions on a platform that runs as a program, each with a runtime of its own: a few lines of script. */
import { readFileSync } from 'node:fs';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { IAMClient } from '@aws-sdk/client-iam';
import {
  type AliasConfiguration,
  CreateAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  InvokeCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { createFunction, createRole } from '../fakes/functions.ts';
import { makeZip } from '../fakes/zip.ts';

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

const client = readFileSync(new URL('../fixtures/runtimes/client.mjs', import.meta.url), 'utf8');
/** The wrapper gets the command line it stands in for: node, and the client that is not wanted. */
const bootstrap = { text: '#!/bin/sh\nexec "$1" "$LAMBDA_TASK_ROOT/runtime.mjs"\n', mode: 0o100755 };

export interface Functions {
  /** The script has all that `client.mjs` exports; the alias `live` leads to it. */
  create(name: string, script: string, variables?: Readonly<Record<string, string>>): Promise<void>;
  /** One event to the alias, the answer back. */
  // biome-ignore lint/suspicious/noExplicitAny: what the script of the test answers
  ask(name: string, event?: object): Promise<any>;
  /** Another version; the alias stays where it is. */
  publish(name: string): Promise<void>;
  /** The alias, as GetAlias tells it. */
  alias(name: string): Promise<AliasConfiguration>;
  remove(name: string): Promise<void>;
  /** What CloudWatch has counted of the alias and its version, by the names of metrics. */
  sums(name: string, metrics: readonly string[]): Promise<number[]>;
}

const hourMs = 3_600_000;

export async function functionsOn(endpoint: string): Promise<Functions> {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'example' };
  const config = { endpoint, credentials, region: 'us-east-1' };
  const lambda = new LambdaClient(config);
  await createRole({ iam: new IAMClient(config) });
  return {
    async create(FunctionName, script, variables = {}) {
      const files = {
        bootstrap,
        'client.mjs': client,
        'runtime.mjs': `import * as client from './client.mjs';\n${script}`,
      };
      await createFunction(
        { lambda },
        {
          FunctionName,
          Code: { ZipFile: makeZip(files) },
          Timeout: 20,
          Environment: { Variables: { AWS_LAMBDA_EXEC_WRAPPER: '/var/task/bootstrap', ...variables } },
        },
      );
      await lambda.send(new PublishVersionCommand({ FunctionName }));
      await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
    },
    async ask(FunctionName, event = {}) {
      const Payload = JSON.stringify(event);
      const answer = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: 'live', Payload }));
      return JSON.parse(Buffer.from(answer.Payload ?? []).toString());
    },
    async publish(FunctionName) {
      // Nothing new is not published again.
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description: String(Date.now()) }));
      await lambda.send(new PublishVersionCommand({ FunctionName }));
    },
    alias: (FunctionName) => lambda.send(new GetAliasCommand({ FunctionName, Name: 'live' })),
    async remove(FunctionName) {
      await lambda.send(new DeleteFunctionCommand({ FunctionName }));
    },
    async sums(FunctionName, metrics) {
      const dimensions = { FunctionName, Resource: `${FunctionName}:live`, ExecutedVersion: '1' };
      const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
      const { MetricDataResults = [] } = await new CloudWatchClient(config).send(
        new GetMetricDataCommand({
          StartTime: new Date(Date.now() - hourMs),
          EndTime: new Date(Date.now() + hourMs),
          MetricDataQueries: metrics.map((MetricName, index) => ({
            Id: `m${index}`,
            MetricStat: { Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions }, Period: 60, Stat: 'Sum' },
          })),
        }),
      );
      return MetricDataResults.map(({ Values = [] }) => Values.reduce((sum, value) => sum + value, 0));
    },
  };
}
