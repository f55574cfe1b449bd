/** The statement that lets the stage's API invoke the stage's alias, and nothing else. */
import {
  AddPermissionCommand,
  GetPolicyCommand,
  ResourceConflictException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { Clients } from '../clients.ts';
import type { Change, Context, LiveApi, LivePermission } from '../model.ts';
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
export function diffPermission({ stage }: Spec, api: LiveApi | null, live: LivePermission): Change[] {
  const wanted = permissionId(stage, api?.id ?? '');
  return live.statementIds.includes(wanted) ? [] : [{ field: 'statement', from: undefined, to: wanted }];
}

export async function createPermission({ clients, spec, outputs }: Context): Promise<void> {
  const { region, account } = spec.identity;
  try {
    await clients.lambda.send(
      new AddPermissionCommand({
        FunctionName: spec.app,
        Qualifier: spec.stage,
        StatementId: permissionId(spec.stage, outputs.apiId),
        Action: 'lambda:InvokeFunction',
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:aws:execute-api:${region}:${account}:${outputs.apiId}/*/*`,
      }),
    );
  } catch (error) {
    // The statement stands already: the answer to an earlier try was lost.
    if (!(error instanceof ResourceConflictException)) throw error;
  }
}
