/**
 * The open front doors: one HTTP server per API or Function URL on a port of its own, which stays the same for as long
 * as the resource lives, and every stage by name, its own or its domain's, on the platform's own port.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { performance } from 'node:perf_hooks';
import { originForm } from '../../http/message.ts';
import type { Request } from '../inspector/feed.ts';
import type { Target } from '../lambda/target.ts';
import { listenFrom } from '../listen.ts';
import { type Counted, countAnswer } from '../metrics/answers.ts';
import type { MetricStore } from '../metrics/store.ts';
import type { ApiMapping, FrontDoors, HttpApi, State } from '../model.ts';
import { albFront } from './alb.ts';
import { jsonAnswer, refuseUpgrade, send } from './answer.ts';
import { type Dispatch, type Front, keepAliveMs, maxHeadBytes, serve } from './front.ts';
import { functionUrlFront } from './function-url.ts';
import { httpApiFront } from './http-api.ts';
import { parseIntegrationUri, permitsApi, permitsUrl } from './permissions.ts';
import { restApiFront } from './rest-api.ts';

export interface LocalFrontDoors extends FrontDoors {
  /** Opens a door for every API and Function URL in the state. */
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

/** A front and what is behind it, looked up anew for each request: the state is the truth. */
type Behind = () => {
  readonly front: Front;
  readonly target: Target | 'denied' | null;
  /** What the answers are counted under; undefined where they are not counted. */
  readonly counted?: Counted;
};

export function createFrontDoors({
  state,
  dispatch,
  metrics,
  firstPort,
  onRequest,
}: FrontDoorsOptions): LocalFrontDoors {
  const servers = new Map<string, Server>();

  /** Opens the door of `id` and returns its port: `own`, or, while another program has that, the next free one. */
  async function openFrontDoor(id: string, own: number, behind: Behind): Promise<number> {
    if (servers.has(id)) return portOf(id, own);
    const server = createServer({ maxHeaderSize: maxHeadBytes }, (req, res) => void answer(behind, req, res));
    server.keepAliveTimeout = keepAliveMs;
    // A door answers upgrades as its service does, not with a closed connection.
    server.on('upgrade', (req, socket) => {
      refuseUpgrade(socket);
      req.resume();
    });
    servers.set(id, server);
    const kept = keptPorts();
    return listenFrom(server, own || nextPort(kept), kept).catch((error: unknown) => {
      servers.delete(id);
      throw error;
    });
  }

  function portOf(id: string, own: number): number {
    const address = servers.get(id)?.address() as AddressInfo | null | undefined;
    return address?.port ?? own;
  }

  async function answer(behind: Behind, req: IncomingMessage, res: ServerResponse): Promise<void> {
    const { front, target, counted } = behind();
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

  /** Ports that belong to a door, also to one that is not open. */
  function keptPorts(): ReadonlySet<number> {
    const apis = Object.values(state.apis).map(({ port }) => port);
    const urls = Object.values(state.functions).flatMap((fn) => Object.values(fn.urls ?? {}).map(({ port }) => port));
    return new Set([...apis, ...urls]);
  }

  function nextPort(kept: ReadonlySet<number>): number {
    let port = firstPort;
    while (kept.has(port)) port++;
    return port;
  }

  function behindApi(apiId: string, mappingKey = ''): Behind {
    return () => {
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
    };
  }

  function behindUrl(functionName: string, qualifier: string): Behind {
    return () => {
      const url = state.functions[functionName]?.urls?.[qualifier];
      const target = { functionName, ...(qualifier !== '' && { qualifier }) };
      const front = functionUrlFront({ urlId: url?.UrlId ?? '', invokeMode: url?.InvokeMode ?? 'BUFFERED' });
      const counted = { kind: 'url', ...target } as const;
      return { front, target: url && permitsUrl(state, target, url.AuthType) ? target : 'denied', counted };
    };
  }

  function apiOf(app: string, stage: string): HttpApi | undefined {
    return Object.values(state.apis).find(({ Tags }) => Tags['up:app'] === app && Tags['up:stage'] === stage);
  }

  function byName(host: string): Behind | null {
    const [, stage = '', app = '', kind] =
      /^([^.]+)\.([^.]+)(?:\.(rest|rest-stream|alb|alb-multi))?\.localhost$/.exec(host) ?? [];
    const fn = state.functions[app];
    if (!fn?.aliases[stage]) return null;
    const target = { functionName: app, qualifier: stage };
    if (kind) return () => ({ front: extraFront(kind, app, stage), target });
    const api = apiOf(app, stage);
    if (api) return behindApi(api.ApiId);
    return fn.urls?.[stage] ? behindUrl(app, stage) : null;
  }

  return {
    async open(api) {
      const port = await openFrontDoor(api.ApiId, api.port, behindApi(api.ApiId));
      api.port ||= port;
      return baseUrl(port);
    },
    url: ({ ApiId, port }) => baseUrl(portOf(ApiId, port)),
    async close(apiId) {
      shut(servers, apiId);
    },
    async openUrl(functionName, qualifier, url) {
      const port = await openFrontDoor(url.UrlId, url.port, behindUrl(functionName, qualifier));
      url.port ||= port;
      return `${baseUrl(port)}/`;
    },
    functionUrl: ({ UrlId, port }) => `${baseUrl(portOf(UrlId, port))}/`,
    async closeUrl(urlId) {
      shut(servers, urlId);
    },
    async openAll() {
      for (const api of Object.values(state.apis)) await this.open(api);
      for (const fn of Object.values(state.functions)) {
        for (const [qualifier, url] of Object.entries(fn.urls ?? {}))
          await this.openUrl(fn.FunctionName, qualifier, url);
      }
    },
    urlOf(app, stage) {
      const api = apiOf(app, stage);
      if (api) return `${baseUrl(portOf(api.ApiId, api.port))}/`;
      const url = state.functions[app]?.urls?.[stage];
      return url ? `${baseUrl(portOf(url.UrlId, url.port))}/` : null;
    },
    serveByName(host, req, res) {
      const behind = byName(host);
      if (behind) void answer(behind, req, res);
      return behind !== null;
    },
    serveByDomain(host, req, res) {
      const domain = state.domainNames[host.toLowerCase()];
      if (!domain) return false;
      const mapping = findMapping(Object.values(domain.mappings), originForm(req.url ?? '/'));
      if (mapping && state.apis[mapping.ApiId]) void answer(behindApi(mapping.ApiId, mapping.ApiMappingKey), req, res);
      else send(res, jsonAnswer(403, { message: 'Forbidden' }), req.method ?? 'GET');
      return true;
    },
    closeAll() {
      for (const id of [...servers.keys()]) shut(servers, id);
    },
  };
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

function baseUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function shut(servers: Map<string, Server>, id: string): void {
  const server = servers.get(id);
  servers.delete(id);
  server?.close();
  server?.closeAllConnections();
}
