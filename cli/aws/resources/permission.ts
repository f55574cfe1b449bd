/** The statements that let the stage's front door invoke the stage's alias, and nothing else. */
import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  GetPolicyCommand,
  ResourceConflictException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { Clients } from '../clients.ts';
import type { Change, Context, LivePermission } from '../model.ts';
import { permissionId } from '../names.ts';
import type { Spec } from '../spec.ts';

export async function readPermission({ lambda }: Clients, { app, stage }: Spec): Promise<LivePermission | null> {
  try {
    const { Policy = '{}' } = await lambda.send(new GetPolicyCommand({ FunctionName: app, Qualifier: stage }));
    const { Statement = [] } = JSON.parse(Policy) as { Statement?: { Sid?: string }[] };
    return { statementIds: Statement.map(({ Sid = '' }) => Sid) };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** An API that was made anew has a new id, so the statement for the old one lets nobody in. */
export function diffPermission(spec: Spec, apiId: string, live: LivePermission): Change[] {
  return statements(spec, apiId)
    .filter(({ StatementId = '' }) => !live.statementIds.includes(StatementId))
    .map(({ StatementId }) => ({ field: 'statement', from: undefined, to: StatementId }));
}

/** Adds those that are missing. */
export async function createPermission({ clients, spec, world, outputs }: Context): Promise<void> {
  for (const statement of statements(spec, outputs.apiId)) {
    if (world.permission?.statementIds.includes(statement.StatementId ?? '')) continue;
    try {
      await clients.lambda.send(new AddPermissionCommand(statement));
    } catch (error) {
      // The statement stands already: the answer to an earlier try was lost.
      if (!(error instanceof ResourceConflictException)) throw error;
    }
  }
}

function statements(
  { app, stage, front, identity: { region, account } }: Spec,
  apiId: string,
): AddPermissionCommandInput[] {
  const alias = { FunctionName: app, Qualifier: stage };
  if (front.kind === 'http_api') {
    return [
      {
        ...alias,
        StatementId: permissionId(stage, apiId),
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:${region}:${account}:${apiId}/*/*`,
      },
    ];
  }
  // Since October 2025 a public URL needs both: https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html
  return [
    {
      ...alias,
      StatementId: `up-${stage}-url`,
      Action: 'lambda:InvokeFunctionUrl',
      Principal: '*',
      FunctionUrlAuthType: 'NONE',
    },
    {
      ...alias,
      StatementId: `up-${stage}-url-invoke`,
      Action: 'lambda:InvokeFunction',
      Principal: '*',
      InvokedViaFunctionUrl: true,
    },
  ];
}
