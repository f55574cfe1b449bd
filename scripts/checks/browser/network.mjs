/** The requests of a tab: what was asked for, what came back, redirects and preflights included. */
export function watchNetwork() {
  let requests = new Map();
  /** Statuses and header fields as they came over the wire: what the cache made of a 304 is a 200. */
  let raw = new Map();

  const seen = {
    'Network.requestWillBeSent'({ requestId, request, type, initiator, redirectResponse }) {
      const before = requests.get(requestId);
      const redirects = redirectResponse ? [...(before?.redirects ?? []), redirectResponse.status] : [];
      const { url, method } = request;
      const isPreflight = initiator.type === 'preflight';
      requests.set(requestId, { requestId, type, url, method, isPreflight, redirects, events: [] });
    },
    'Network.responseReceived'({ requestId, response }) {
      const { status, headers, fromDiskCache } = response;
      change(requestId, { status, headers: lowerCase(headers), fromDiskCache });
    },
    'Network.responseReceivedExtraInfo'({ requestId, statusCode, headers }) {
      raw.set(requestId, { status: statusCode, headers: lowerCase(headers) });
    },
    'Network.requestServedFromCache': ({ requestId }) => change(requestId, { fromMemory: true }),
    'Network.eventSourceMessageReceived'({ requestId, data }) {
      requests.get(requestId)?.events.push({ data, at: performance.now() });
    },
    'Network.loadingFinished': ({ requestId }) => change(requestId, { finished: true }),
    'Network.loadingFailed'({ requestId, errorText, corsErrorStatus }) {
      change(requestId, { failed: corsErrorStatus?.corsError ?? errorText });
    },
  };

  function change(requestId, values) {
    const request = requests.get(requestId);
    if (request) Object.assign(request, values);
  }

  return {
    see: (method, params) => seen[method]?.(params),
    forget() {
      requests = new Map();
      raw = new Map();
    },
    /** Of the last load. */
    all: () => [...requests.values()].map((request) => ({ ...request, raw: raw.get(request.requestId) })),
    find(path) {
      return this.all().find(({ url, isPreflight }) => !isPreflight && new URL(url).pathname === path);
    },
    document() {
      return this.all().find(({ type }) => type === 'Document');
    },
    preflight() {
      return this.all().find(({ isPreflight }) => isPreflight);
    },
  };
}

function lowerCase(headers) {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
