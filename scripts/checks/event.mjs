/** Requests as an HTTP API hands them to a function (payload 2.0), and what comes back. */

export function httpEvent(method, path, { headers = {}, body, base64 = false, query = '' } = {}) {
  const now = Date.now();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: query,
    headers: { accept: '*/*', host: 'check.example.com', 'user-agent': 'check', ...headers },
    requestContext: {
      accountId: '123456789012',
      apiId: 'check',
      domainName: 'check.example.com',
      domainPrefix: 'check',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'check' },
      requestId: `check-${now}`,
      routeKey: '$default',
      stage: '$default',
      time: new Date(now).toUTCString(),
      timeEpoch: now,
    },
    ...(body !== undefined && { body: base64 ? Buffer.from(body).toString('base64') : body }),
    isBase64Encoded: base64,
  };
}

/** The bytes of a result's body. */
export function bodyOf({ body = '', isBase64Encoded = false }) {
  return Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
}
