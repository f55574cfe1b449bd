/** The statement that lets a topic invoke the stage, and whether a subscription has what it needs. Pure. */
import type { AddPermissionCommandInput } from '@aws-sdk/client-lambda';
import type { Change, LivePermission, LiveSubscription } from '../model.ts';
import { findStatement, permits } from '../resources/permission.ts';
import type { Spec } from '../spec.ts';
import type { SubscriptionSpec } from './spec.ts';

export function isFor(live: LiveSubscription, { protocol, endpoint }: SubscriptionSpec): boolean {
  return live.protocol === protocol && live.endpoint === endpoint;
}

/** Without this statement the messages of a topic are lost. */
export function diffSubscription(spec: Spec, wanted: SubscriptionSpec, permission: LivePermission | null): Change[] {
  const statement = statementOf(spec, wanted);
  if (!statement) return [];
  const found = findStatement(permission, statement);
  if (found && permits(found, statement)) return [];
  return [{ field: 'statement', from: found && 'another content', to: statement.StatementId }];
}

export function statementOf({ app, stage }: Spec, wanted: SubscriptionSpec): AddPermissionCommandInput | null {
  if (wanted.statementId === null) return null;
  return {
    FunctionName: app,
    Qualifier: stage,
    StatementId: wanted.statementId,
    Action: 'lambda:InvokeFunction',
    Principal: 'sns.amazonaws.com',
    SourceArn: wanted.topicArn,
  };
}
