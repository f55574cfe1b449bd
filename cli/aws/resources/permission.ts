/** The statements that let the stage's front door invoke the stage's alias, and nothing else. */
import {
  AddPermissionCommand,
  type AddPermissionCommandInput,
  GetPolicyCommand,
  PreconditionFailedException,
  RemovePermissionCommand,
  ResourceConflictException,
  ResourceNotFoundException,
} from '@aws-sdk/client-lambda';
import type { Clients } from '../clients.ts';
import type { Change, Context, LivePermission, Statement } from '../model.ts';
import { permissionId } from '../names.ts';
import type { Spec } from '../spec.ts';

export async function readPermission(
  { lambda }: Pick<Clients, 'lambda'>,
  { app, stage }: Pick<Spec, 'app' | 'stage'>,
): Promise<LivePermission | null> {
  try {
    const { Policy = '{}', RevisionId } = await lambda.send(
      new GetPolicyCommand({ FunctionName: app, Qualifier: stage }),
    );
    const { Statement = [] } = JSON.parse(Policy) as { Statement?: Statement[] };
    return { statements: Statement, revisionId: RevisionId };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return null;
    throw error;
  }
}

/** An API that was made anew has a new id, so the statement for the old one lets nobody in. */
export function diffPermission(spec: Spec, apiId: string, live: LivePermission): Change[] {
  return statements(spec, apiId).flatMap((wanted): Change[] => {
    const found = findStatement(live, wanted);
    if (found && permits(found, wanted)) return [];
    return [{ field: 'statement', from: found && 'another content', to: wanted.StatementId }];
  });
}

export function findStatement(
  live: LivePermission | null,
  { StatementId }: AddPermissionCommandInput,
): Statement | undefined {
  return live?.statements.find(({ Sid }) => Sid === StatementId);
}

/**
 * Compared by its members, not as text: should AWS ever print statements in another form, each deploy would otherwise
 * remove and add them again.
 */
export function permits(
  found: Statement,
  { Action, Principal = '', SourceArn = '' }: AddPermissionCommandInput,
): boolean {
  const named = JSON.stringify(found.Principal ?? null);
  const allowed = found.Effect === 'Allow' && found.Action === Action;
  return allowed && named.includes(`"${Principal}"`) && JSON.stringify(found.Condition ?? null).includes(SourceArn);
}

/** The id of the API that the stage's statement lets in; null when it lets none in. */
export function permittedApi(live: LivePermission | null, stage: string): string | null {
  const found = live?.statements.find(({ Sid }) => Sid === permissionId(stage));
  return /:execute-api:[^:]+:\d+:(\w+)\//.exec(JSON.stringify(found?.Condition ?? null))?.[1] ?? null;
}

/** Adds those that are missing, and makes those anew that somebody has bent: a statement cannot be changed. */
export async function createPermission({ clients, spec, world, outputs }: Context): Promise<void> {
  for (const statement of statements(spec, outputs.apiId)) {
    const found = findStatement(world.permission, statement);
    if (found && permits(found, statement)) continue;
    if (found) await removeStatement(clients, spec, found.Sid);
    await addStatement(clients, statement);
  }
}

/** False when one of that name stands: the answer to an earlier try was lost, or somebody else came before us. */
export async function addStatement({ lambda }: Clients, statement: AddPermissionCommandInput): Promise<boolean> {
  try {
    await lambda.send(new AddPermissionCommand(statement));
    return true;
  } catch (error) {
    if (error instanceof ResourceConflictException) return false;
    throw error;
  }
}

export async function removeStatement(
  { lambda }: Pick<Clients, 'lambda'>,
  { app, stage }: Pick<Spec, 'app' | 'stage'>,
  StatementId: string,
  RevisionId?: string | undefined,
): Promise<void> {
  try {
    await lambda.send(new RemovePermissionCommand({ FunctionName: app, Qualifier: stage, StatementId, RevisionId }));
  } catch (error) {
    const isOther = RevisionId !== undefined && error instanceof PreconditionFailedException;
    if (!(error instanceof ResourceNotFoundException) && !isOther) throw error;
  }
}

export function statements(
  { app, stage, front, identity: { region, account } }: Spec,
  apiId: string,
): AddPermissionCommandInput[] {
  const alias = { FunctionName: app, Qualifier: stage };
  if (front.kind === 'http_api') {
    return [
      {
        ...alias,
        StatementId: permissionId(stage),
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
