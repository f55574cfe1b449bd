/** Routes of an HTTP API: which requests go to which integration. */
import type { HttpApi, Route } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { byName } from '../pages.ts';
import { findApi, invalid, notFound, read, refuse, showPage, toId } from './find.ts';

const notImplemented = [
  'authorizationScopes',
  'authorizerId',
  'modelSelectionExpression',
  'requestModels',
  'requestParameters',
];
const routeKeyPattern = /^(?:ANY|GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) \/\S*$/;

type Fields = Omit<Route, 'RouteId'>;

export function createRoute({ store }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  read.needText(input, 'routeKey');
  const fields = readFields(api, input, { RouteKey: '', Target: '', AuthorizationType: 'NONE', ApiKeyRequired: false });
  checkUnique(api, fields.RouteKey);
  const route: Route = { RouteId: toId(7), ...fields };
  api.routes[route.RouteId] = route;
  return show(route);
}

function readFields(api: HttpApi, input: Input, before: Fields): Fields {
  refuse(input, notImplemented);
  return {
    RouteKey: checkKey(read.text(input, 'routeKey') ?? before.RouteKey),
    Target: checkTarget(api, read.text(input, 'target') ?? before.Target),
    AuthorizationType: checkAuthorization(read.text(input, 'authorizationType') ?? before.AuthorizationType),
    ApiKeyRequired: read.flag(input, 'apiKeyRequired') ?? before.ApiKeyRequired,
  };
}

function checkKey(key: string): string {
  if (key === '$default' || routeKeyPattern.test(key)) return key;
  throw invalid(
    `The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"`,
  );
}

function checkTarget(api: HttpApi, target: string): string {
  const id = /^integrations\/(\w+)$/.exec(target)?.[1];
  if (target === '' || (id !== undefined && api.integrations[id])) return target;
  throw invalid(`Invalid target specified ${target}: it must be integrations/<id> of an integration of this API`);
}

/** A route that lets everybody in where the client asked for a guarded one would be worse than an error. */
function checkAuthorization(type: string): string {
  if (type === 'NONE') return type;
  throw invalid(`Authorization type ${type} is not implemented by the local platform: use NONE`);
}

function checkUnique(api: HttpApi, key: string): void {
  if (!Object.values(api.routes).some((route) => route.RouteKey === key)) return;
  throw new AwsError('ConflictException', `Route with key ${key} already exists for this API`);
}

function show(route: Route): Record<string, unknown> {
  return {
    apiKeyRequired: route.ApiKeyRequired,
    authorizationType: route.AuthorizationType,
    routeId: route.RouteId,
    routeKey: route.RouteKey,
    ...(route.Target === '' ? {} : { target: route.Target }),
  };
}

function findRoute(api: HttpApi, input: Input): Route {
  const id = read.needText(input, 'routeId');
  const route = api.routes[id];
  if (!route) throw notFound(`Invalid Route identifier specified ${id}`);
  return route;
}

export function getRoute({ store }: Call, input: Input): Output {
  return show(findRoute(findApi(store.state, input), input));
}

export function getRoutes({ store }: Call, input: Input): Output {
  const items = byName(Object.values(findApi(store.state, input).routes), (item) => item.RouteId);
  return showPage(items, (item) => item.RouteId, show, input);
}

export function updateRoute({ store }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  const { RouteId, ...before } = findRoute(api, input);
  const fields = readFields(api, input, before);
  if (fields.RouteKey !== before.RouteKey) checkRename(api, before.RouteKey, fields.RouteKey);
  const route = { RouteId, ...fields };
  api.routes[RouteId] = route;
  return show(route);
}

function checkRename(api: HttpApi, before: string, after: string): void {
  if (before === '$default') throw invalid('The $default route key cannot be modified');
  checkUnique(api, after);
}

export function deleteRoute({ store }: Call, input: Input): Output {
  const api = findApi(store.state, input);
  delete api.routes[findRoute(api, input).RouteId];
  return undefined;
}
