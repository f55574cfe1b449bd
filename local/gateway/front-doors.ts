/**
 * The open front doors: one HTTP server per API or Function URL on a port of its own, which stays the same for as long
 * as the resource lives, and every stage by name, its own or its domain's, on the platform's own port.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { performance } from 'node:perf_hooks';
import type { Request } from '../inspector/feed.ts';
import { countAnswer } from '../metrics/answers.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { FrontDoors, State } from '../model.ts';
import { jsonAnswer, send } from './answer.ts';
import { type Dispatch, serve } from './front.ts';
import { createListeners, keptPorts, nextPort } from './listeners.ts';
import { apiOf, apiRoute, type Route, routeByDomain, routeByName, urlRoute } from './route.ts';

export interface LocalFrontDoors extends FrontDoors {
  /** Opens the front door of every API and Function URL in the state. */
  openAll(): Promise<void>;
  /** The URL of a stage; null when it has none. */
  urlOf(app: string, stage: string): string | null;
  /** Serves a request that came in by name (`<stage>.<app>.localhost`) instead of by port; false when nothing has it. */
  serveByName(host: string, req: IncomingMessage, res: ServerResponse): boolean;
  /** Serves a request for a custom domain; false when no domain name here is called so. */
  serveByDomain(host: string, req: IncomingMessage, res: ServerResponse): boolean;
  closeAll(): void;
}

export interface FrontDoorsOptions {
  readonly state: State;
  readonly dispatch: Dispatch;
  readonly metrics: Pick<MetricStore, 'put'>;
  /** Ports are given from here upwards. */
  readonly firstPort: number;
  /** Told of each request once its answer is out. */
  readonly onRequest?: (seen: Request) => void;
}

export function createFrontDoors(options: FrontDoorsOptions): LocalFrontDoors {
  const { state, firstPort } = options;
  const listeners = createListeners();

  async function open(id: string, own: number, route: () => Route): Promise<number> {
    if (listeners.has(id)) return listeners.portOf(id, own);
    const kept = keptPorts(state);
    return listeners.open(id, own || nextPort(kept, firstPort), kept, (req, res) => {
      void answer(options, route(), req, res);
    });
  }

  const frontDoors: LocalFrontDoors = {
    async open(api) {
      const port = await open(api.ApiId, api.port, () => apiRoute(state, api.ApiId));
      api.port ||= port;
      return baseUrl(port);
    },
    url: ({ ApiId, port }) => baseUrl(listeners.portOf(ApiId, port)),
    async close(apiId) {
      listeners.close(apiId);
    },
    async openUrl(functionName, qualifier, url) {
      const port = await open(url.UrlId, url.port, () => urlRoute(state, functionName, qualifier));
      url.port ||= port;
      return `${baseUrl(port)}/`;
    },
    functionUrl: ({ UrlId, port }) => `${baseUrl(listeners.portOf(UrlId, port))}/`,
    async closeUrl(urlId) {
      listeners.close(urlId);
    },
    async openAll() {
      for (const api of Object.values(state.apis)) await frontDoors.open(api);
      for (const fn of Object.values(state.functions)) {
        for (const [qualifier, url] of Object.entries(fn.urls ?? {}))
          await frontDoors.openUrl(fn.FunctionName, qualifier, url);
      }
    },
    urlOf(app, stage) {
      const api = apiOf(state, app, stage);
      if (api) return `${frontDoors.url(api)}/`;
      const url = state.functions[app]?.urls?.[stage];
      return url ? frontDoors.functionUrl(url) : null;
    },
    serveByName(host, req, res) {
      const route = routeByName(state, host);
      if (route) void answer(options, route, req, res);
      return route !== null;
    },
    serveByDomain(host, req, res) {
      const route = routeByDomain(state, host, req.url ?? '/');
      if (route === null) return false;
      if (route === 'forbidden') send(res, jsonAnswer(403, { message: 'Forbidden' }), req.method ?? 'GET');
      else void answer(options, route, req, res);
      return true;
    },
    closeAll: listeners.closeAll,
  };
  return frontDoors;
}

/** Answers one request, counts it and tells of it. */
async function answer(
  { dispatch, metrics, onRequest }: FrontDoorsOptions,
  { front, target, counted }: Route,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  const started = performance.now();
  let requestId: string | null = null;
  await serve(
    front,
    target,
    async (...call) => {
      const outcome = await dispatch(...call);
      ({ requestId } = outcome);
      return outcome;
    },
    req,
    res,
  );
  const duration = performance.now() - started;
  if (counted) countAnswer(metrics, counted, { status: res.statusCode, latency: duration });
  if (target === null || target === 'denied') return;
  const { functionName: app, qualifier = '$LATEST' } = target;
  const [method, path] = [req.method ?? '', req.url ?? ''];
  onRequest?.({ requestId, app, qualifier, method, path, status: res.statusCode, duration });
}

function baseUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}
