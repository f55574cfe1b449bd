/** Whether the resource policy of a function lets a front door in; the real services answer with an error otherwise. */
import { matchesArn } from '../access/pattern.ts';
import type { Target } from '../lambda/target.ts';
import type { FunctionUrl, State, Statement } from '../model.ts';

/** `arn:aws:lambda:region:account:function:name:alias` */
export function parseIntegrationUri(uri: string): Target | null {
  const match = /:function:([^:/]+)(?::([^:/]+))?/.exec(uri);
  return match?.[1] ? { functionName: match[1], ...(match[2] && { qualifier: match[2] }) } : null;
}

/** A statement for API Gateway on the very qualifier. */
export function permitsApi(state: State, target: Target): boolean {
  return statements(state, target).some(({ Principal }) =>
    JSON.stringify(Principal).includes('apigateway.amazonaws.com'),
  );
}

/** A statement for another service, and where the statement names what it is for, for this very thing. */
export function permitsService(state: State, target: Target, service: string, sourceArn?: string): boolean {
  return statements(state, target).some(({ Principal, Condition }) => {
    if (!JSON.stringify(Principal).includes(`"${service}"`)) return false;
    const pattern = /"AWS:SourceArn":"([^"]+)"/i.exec(JSON.stringify(Condition ?? null))?.[1];
    return pattern === undefined || (sourceArn !== undefined && matchesArn(pattern, sourceArn));
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/urls-auth.html: since October 2025 both permissions are needed. */
export function permitsUrl(state: State, target: Target, authType: FunctionUrl['AuthType']): boolean {
  if (authType !== 'NONE') return false;
  const open = statements(state, target).filter(({ Principal }) => JSON.stringify(Principal).includes('"*"'));
  return ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'].every((action) =>
    open.some(({ Action }) => Action === action),
  );
}

function statements(state: State, { functionName, qualifier }: Target): readonly Statement[] {
  return state.functions[functionName]?.policies[qualifier ?? '']?.statements ?? [];
}
