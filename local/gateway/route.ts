/**
 * What is behind a front door: which function, and in which way its requests become events. Read from the state anew for
 * each request: the state is the truth. Pure.
 */
import { originForm } from '../../http/message.ts';
import type { Target } from '../lambda/target.ts';
import type { Counted } from '../metrics/answers.ts';
import type { ApiMapping, HttpApi, State } from '../model.ts';
import { albFront } from './alb.ts';
import type { Front } from './front.ts';
import { functionUrlFront } from './function-url.ts';
import { httpApiFront } from './http-api.ts';
import { parseIntegrationUri, permitsApi, permitsUrl } from './permissions.ts';
import { restApiFront } from './rest-api.ts';

export interface Route {
  readonly front: Front;
  /** `denied` when the function does not let the front door in, null when there is none. */
  readonly target: Target | 'denied' | null;
  /** What the answers are counted under; undefined where they are not counted. */
  readonly counted?: Counted;
}

/** `mappingKey` is that of the custom domain it was asked by. The API has to exist. */
export function apiRoute(state: State, apiId: string, mappingKey = ''): Route {
  const api = state.apis[apiId] as HttpApi;
  const route = Object.values(api.routes).find(({ RouteKey }) => RouteKey === '$default');
  const integration = route && api.integrations[route.Target.replace(/^integrations\//, '')];
  const front = httpApiFront(
    api,
    integration?.PayloadFormatVersion ?? '2.0',
    integration?.TimeoutInMillis ?? 30_000,
    mappingKey,
  );
  const target = integration && api.stages.$default ? parseIntegrationUri(integration.IntegrationUri) : null;
  const counted = { kind: 'api', apiId } as const;
  return { front, target: target && !permitsApi(state, target) ? 'denied' : target, counted };
}

export function urlRoute(state: State, functionName: string, qualifier: string): Route {
  const url = state.functions[functionName]?.urls?.[qualifier];
  const target = { functionName, ...(qualifier !== '' && { qualifier }) };
  const front = functionUrlFront({ urlId: url?.UrlId ?? '', invokeMode: url?.InvokeMode ?? 'BUFFERED' });
  const counted = { kind: 'url', ...target } as const;
  return { front, target: url && permitsUrl(state, target, url.AuthType) ? target : 'denied', counted };
}

/** Of `<stage>.<app>.localhost`, or with a kind of front door before `localhost`; null when nothing is called so. */
export function routeByName(state: State, host: string): Route | null {
  const [, stage = '', app = '', kind] =
    /^([^.]+)\.([^.]+)(?:\.(rest|rest-stream|alb|alb-multi))?\.localhost$/.exec(host) ?? [];
  const fn = state.functions[app];
  if (!fn?.aliases[stage]) return null;
  if (kind) return { front: extraFront(kind, app, stage), target: { functionName: app, qualifier: stage } };
  const api = apiOf(state, app, stage);
  if (api) return apiRoute(state, api.ApiId);
  return fn.urls?.[stage] ? urlRoute(state, app, stage) : null;
}

/** Of a custom domain; `forbidden` when no mapping of it has the path, null when no domain is called so. */
export function routeByDomain(state: State, host: string, url: string): Route | 'forbidden' | null {
  const domain = state.domainNames[host.toLowerCase()];
  if (!domain) return null;
  const mapping = findMapping(Object.values(domain.mappings), originForm(url));
  if (!mapping || !state.apis[mapping.ApiId]) return 'forbidden';
  return apiRoute(state, mapping.ApiId, mapping.ApiMappingKey);
}

/** The API of a stage. */
export function apiOf(state: State, app: string, stage: string): HttpApi | undefined {
  return Object.values(state.apis).find(({ Tags }) => Tags['up:app'] === app && Tags['up:stage'] === stage);
}

/**
 * The mapping of a path: the longest key that is its beginning, segment by segment.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html
 */
function findMapping(mappings: readonly ApiMapping[], url: string): ApiMapping | undefined {
  const path = `${url.replace(/[?#].*$/, '')}/`;
  return mappings
    .filter(({ ApiMappingKey }) => ApiMappingKey === '' || path.startsWith(`/${ApiMappingKey}/`))
    .sort((a, b) => b.ApiMappingKey.length - a.ApiMappingKey.length)[0];
}

/** Front doors that no deploy makes, for trying how the app would work behind them. */
function extraFront(kind: string, app: string, stage: string): Front {
  if (kind === 'alb' || kind === 'alb-multi') return albFront(kind === 'alb-multi');
  return restApiFront({ apiId: app, stage, streams: kind === 'rest-stream' });
}
