/** The front door of one HTTP API: real HTTP in, event out, result in, real HTTP out, within the limits of the service. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../aws/error.ts';
import { accountId } from '../aws/identity.ts';
import type { Target } from '../lambda/fleet.ts';
import type { HttpApi, State } from '../model.ts';
import { toEvent } from './http-event.ts';
import { fromResult, type GatewayAnswer, gatewayError, send } from './http-result.ts';

export interface HttpApiOptions {
  readonly state: State;
  readonly api: HttpApi;
  readonly dispatch: (
    target: Target,
    payload: Uint8Array,
  ) => Promise<{ readonly payload: Uint8Array; readonly functionError?: string }>;
}

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.md */
const maxBodyBytes = 10 * 1024 * 1024;

/** Answers one request. Never rejects. */
export async function serveHttpApi(
  { state, api, dispatch }: HttpApiOptions,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const requestId = randomBytes(11).toString('base64url');
  const answer = await respond().catch(() => gatewayError(500));
  if (!res.destroyed) send(res, answer, requestId, req.method ?? 'GET');

  async function respond(): Promise<GatewayAnswer> {
    const stage = api.stages.$default;
    const integration = findIntegration(api);
    if (!stage || !integration) return gatewayError(404);
    const body = await readUpTo(req, maxBodyBytes);
    if (body === null) return gatewayError(413);
    const target = parseTarget(integration.IntegrationUri);
    if (!target || !mayInvoke(state, target)) return gatewayError(500);
    const event = toEvent({ req, body, apiId: api.ApiId, stage: stage.StageName, requestId, accountId });
    return call(target, event, integration.TimeoutInMillis);
  }

  async function call(target: Target, event: object, timeout: number): Promise<GatewayAnswer> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<GatewayAnswer>((resolve) => {
      timer = setTimeout(() => resolve(gatewayError(503)), timeout);
    });
    const invoked = dispatch(target, Buffer.from(JSON.stringify(event)))
      .then(({ payload, functionError }) => (functionError ? gatewayError(500) : fromResult(payload)))
      .catch((error: unknown) => gatewayError(isThrottle(error) ? 503 : 500));
    try {
      return await Promise.race([invoked, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function isThrottle(error: unknown): boolean {
  return error instanceof AwsError && error.code === 'TooManyRequestsException';
}

function findIntegration(api: HttpApi) {
  const route = Object.values(api.routes).find(({ RouteKey }) => RouteKey === '$default');
  return route ? api.integrations[route.Target.replace(/^integrations\//, '')] : undefined;
}

/** `arn:aws:lambda:region:account:function:name:alias` */
function parseTarget(uri: string): Target | null {
  const match = /:function:([^:/]+)(?::([^:/]+))?/.exec(uri);
  return match?.[1] ? { functionName: match[1], ...(match[2] && { qualifier: match[2] }) } : null;
}

/** Without a statement for API Gateway on the very qualifier, the real service answers 500 too. */
function mayInvoke(state: State, { functionName, qualifier }: Target): boolean {
  const statements = state.functions[functionName]?.policies[qualifier ?? '']?.statements ?? [];
  return statements.some(({ Principal }) => JSON.stringify(Principal).includes('apigateway.amazonaws.com'));
}

async function readUpTo(req: IncomingMessage, limit: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of req) {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
  }
  return size <= limit ? Buffer.concat(chunks) : null;
}
