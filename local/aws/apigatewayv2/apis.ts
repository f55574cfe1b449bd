/** HTTP APIs. Each has a front door of its own, opened with it and closed with it. */
import type { FrontDoors, HttpApi } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import type { Input } from '../input.ts';
import { byName } from '../pages.ts';
import { emptyRecord } from '../record.ts';
import { findApi, invalid, read, refuse, showPage, toId, toTime } from './find.ts';
import { readTags } from './tags.ts';

const notImplemented = ['corsConfiguration', 'credentialsArn', 'routeKey', 'disableSchemaValidation'];

export async function createApi({ store, frontDoors, now }: Call, input: Input): Promise<Output> {
  if (input.target !== undefined)
    throw invalid(
      'Quick create (Target) is not implemented by the local platform: create integration, route and stage',
    );
  refuse(input, notImplemented);
  const Description = read.text(input, 'description');
  const api: HttpApi = {
    ApiId: toId(10),
    Name: checkName(read.needText(input, 'name')),
    ...(Description === undefined ? {} : { Description }),
    ProtocolType: checkProtocol(read.needText(input, 'protocolType')),
    CreatedDate: toTime(now()),
    Tags: readTags(input, emptyRecord()),
    DisableExecuteApiEndpoint: read.flag(input, 'disableExecuteApiEndpoint') ?? false,
    port: 0,
    integrations: emptyRecord(),
    routes: emptyRecord(),
    stages: emptyRecord(),
  };
  await frontDoors.open(api);
  store.state.apis[api.ApiId] = api;
  return show(api, frontDoors);
}

function checkName(name: string): string {
  if (name.length > 128) throw invalid('Invalid name specified: must be 128 characters or less');
  return name;
}

function checkProtocol(type: string): string {
  if (type === 'HTTP') return type;
  throw invalid(`Protocol type ${type} is not implemented by the local platform: use HTTP`);
}

function show(api: HttpApi, frontDoors: FrontDoors): Record<string, unknown> {
  return {
    apiEndpoint: frontDoors.url(api),
    apiId: api.ApiId,
    apiKeySelectionExpression: '$request.header.x-api-key',
    createdDate: api.CreatedDate,
    description: api.Description,
    disableExecuteApiEndpoint: api.DisableExecuteApiEndpoint,
    ipAddressType: 'ipv4',
    name: api.Name,
    protocolType: api.ProtocolType,
    routeSelectionExpression: '$request.method $request.path',
    tags: api.Tags,
  };
}

export function getApi({ store, frontDoors }: Call, input: Input): Output {
  return show(findApi(store.state, input), frontDoors);
}

export function getApis({ store, frontDoors }: Call, input: Input): Output {
  const apis = byName(Object.values(store.state.apis), (api) => api.ApiId);
  return showPage(
    apis,
    (api) => api.ApiId,
    (api) => show(api, frontDoors),
    input,
  );
}

export function updateApi({ store, frontDoors }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  refuse(input, [...notImplemented, 'target']);
  const name = checkName(read.text(input, 'name') ?? api.Name);
  const description = read.text(input, 'description');
  const disabled = read.flag(input, 'disableExecuteApiEndpoint');
  api.Name = name;
  if (description !== undefined) api.Description = description;
  if (disabled !== undefined) api.DisableExecuteApiEndpoint = disabled;
  return show(api, frontDoors);
}

export async function deleteApi({ store, frontDoors }: Call, input: Input): Promise<Output> {
  const api = findApi(store.state, input);
  const mappings = Object.values(store.state.domainNames).flatMap((domain) => Object.values(domain.mappings));
  if (mappings.some(({ ApiId }) => ApiId === api.ApiId))
    throw invalid('Please remove all API mappings related to the API in your domain names.');
  delete store.state.apis[api.ApiId];
  await frontDoors.close(api.ApiId);
  return undefined;
}
