/** Integrations: where an API sends its requests. Here that is always a function. */
import type { HttpApi, Integration } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { byName } from '../pages.ts';
import { findApi, invalid, notFound, read, refuse, showPage, toId } from './find.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-quotas.html */
const timeoutMs = { min: 50, max: 30_000 };

const notImplemented = [
  'connectionId',
  'credentialsArn',
  'integrationSubtype',
  'requestParameters',
  'responseParameters',
  'tlsConfig',
];

type Fields = Omit<Integration, 'IntegrationId'>;

export function createIntegration({ store }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  read.needText(input, 'integrationType');
  const fields = readFields(input, {
    IntegrationType: '',
    IntegrationUri: '',
    IntegrationMethod: 'POST',
    PayloadFormatVersion: '',
    TimeoutInMillis: timeoutMs.max,
    ConnectionType: 'INTERNET',
  });
  const integration: Integration = { IntegrationId: toId(7), ...fields };
  api.integrations[integration.IntegrationId] = integration;
  return show(integration);
}

function readFields(input: Input, before: Fields): Fields {
  refuse(input, notImplemented);
  const Description = read.text(input, 'description') ?? before.Description;
  return {
    IntegrationType: checkType(read.text(input, 'integrationType') ?? before.IntegrationType),
    IntegrationUri: checkUri(read.text(input, 'integrationUri') ?? before.IntegrationUri),
    IntegrationMethod: read.text(input, 'integrationMethod') ?? before.IntegrationMethod,
    PayloadFormatVersion: checkFormat(read.text(input, 'payloadFormatVersion') ?? before.PayloadFormatVersion),
    TimeoutInMillis: checkTimeout(read.number(input, 'timeoutInMillis') ?? before.TimeoutInMillis),
    ConnectionType: checkConnection(read.text(input, 'connectionType') ?? before.ConnectionType),
    ...(Description === undefined ? {} : { Description }),
  };
}

function checkType(type: string): string {
  if (type === 'AWS_PROXY') return type;
  throw invalid(`Integration type ${type} is not implemented by the local platform: use AWS_PROXY`);
}

/** A function's ARN, bare or in the form REST APIs use. */
const uriPattern =
  /^(?:arn:aws[a-z-]*:apigateway:[a-z0-9-]+:lambda:path\/2015-03-31\/functions\/)?arn:aws[a-z-]*:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::(?:\$LATEST|[\w-]+))?(?:\/invocations)?$/;

function checkUri(uri: string): string {
  if (uriPattern.test(uri)) return uri;
  throw invalid('Invalid function ARN or invalid URI');
}

function checkFormat(version: string): string {
  if (version === '1.0' || version === '2.0') return version;
  throw invalid('PayloadFormatVersion must be 1.0 or 2.0 for an AWS_PROXY integration');
}

function checkTimeout(value: number): number {
  if (Number.isInteger(value) && value >= timeoutMs.min && value <= timeoutMs.max) return value;
  throw invalid(`Timeout should be between ${timeoutMs.min} ms and ${timeoutMs.max} ms`);
}

function checkConnection(type: string): string {
  if (type === 'INTERNET') return type;
  throw invalid(`Connection type ${type} is not implemented by the local platform: use INTERNET`);
}

function show(integration: Integration): Record<string, unknown> {
  return {
    connectionType: integration.ConnectionType,
    description: integration.Description,
    integrationId: integration.IntegrationId,
    integrationMethod: integration.IntegrationMethod,
    integrationType: integration.IntegrationType,
    integrationUri: integration.IntegrationUri,
    payloadFormatVersion: integration.PayloadFormatVersion,
    timeoutInMillis: integration.TimeoutInMillis,
  };
}

function findIntegration(api: HttpApi, input: Input): Integration {
  const id = read.needText(input, 'integrationId');
  const integration = api.integrations[id];
  if (!integration) throw notFound(`Invalid Integration identifier specified ${id}`);
  return integration;
}

export function getIntegration({ store }: Call, input: Input): Output {
  return show(findIntegration(findApi(store.state, input), input));
}

export function getIntegrations({ store }: Call, input: Input): Output {
  const items = byName(Object.values(findApi(store.state, input).integrations), (item) => item.IntegrationId);
  return showPage(items, (item) => item.IntegrationId, show, input);
}

export function updateIntegration({ store }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  const { IntegrationId, ...before } = findIntegration(api, input);
  const integration = { IntegrationId, ...readFields(input, before) };
  api.integrations[IntegrationId] = integration;
  return show(integration);
}

export function deleteIntegration({ store }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  const { IntegrationId: id } = findIntegration(api, input);
  const user = Object.values(api.routes).find((route) => route.Target === `integrations/${id}`);
  if (user)
    throw new AwsError(
      'ConflictException',
      `Cannot delete Integration '${id}' due to Route '${user.RouteId}' depending on it`,
    );
  delete api.integrations[id];
  return undefined;
}
