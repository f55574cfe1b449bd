/**
 * Every error the proxy can answer a client with: one table of code -> status and meaning. docs/errors.md is made from
 * it, and a test holds it against the code.
 */
export const codes = {
  UP_EVENT_BODY: { status: 400, means: 'The body of the event is marked as base64, but is not valid base64.' },
  UP_EVENT_HEADER: { status: 400, means: 'A header field, or the host, holds what HTTP does not allow.' },
  UP_EVENT_METHOD: { status: 400, means: 'The method is not a token.' },
  UP_EVENT_PATH: { status: 400, means: 'The path holds CR, LF or NUL.' },
  UP_REQUEST_MALFORMED: { status: 400, means: 'What `up start` received is not an HTTP request.' },
  UP_EVENT_UNSUPPORTED: { status: 400, means: 'The proxy cannot turn the event into a request.' },
  UP_STATIC_PATH: { status: 400, means: 'The path of a file is not UTF-8, or holds a NUL.' },
  UP_UNAUTHORIZED: { status: 401, means: 'The stage asks for a name and a password (`basic_auth`).' },
  UP_STATIC_NOT_FOUND: { status: 404, means: 'A static site has no such file.' },
  UP_METHOD_NOT_ALLOWED: {
    status: 405,
    means: 'CONNECT and TRACE are not passed on; a static site takes GET and HEAD only.',
  },
  UP_STATIC_CHANGED: { status: 412, means: 'If-Match names another version of the file.' },
  UP_REQUEST_TOO_LARGE: { status: 413, means: 'The request body is larger than Lambda takes.' },
  UP_RESPONSE_TOO_LARGE: { status: 413, means: 'The answer is larger than Lambda, or the front door, takes.' },
  UP_RESPONSE_HEADERS_TOO_LARGE: {
    status: 413,
    means: 'The header values of the answer are more than the front door takes (REST API: 10,240 bytes).',
  },
  UP_STATIC_RANGE: { status: 416, means: 'The file ends before the range that was asked for.' },
  UP_HEADERS_TOO_LARGE: {
    status: 431,
    means: 'Request line and header fields are more than the app takes (Node: 16 KB).',
  },
  UP_CLIENT_GONE: { status: 499, means: 'The client went away; only the log shows this.' },
  UP_PROXY_INTERNAL: { status: 500, means: 'A bug in the proxy; the log has its stack.' },
  UP_EVENT_REFUSED: {
    status: 500,
    means:
      'The app answered an event that is no request with a status of `proxy.error_statuses`; the invocation fails.',
  },
  UP_APP_BAD_RESPONSE: { status: 502, means: 'The app answered with something that is not HTTP.' },
  UP_APP_CLOSED: { status: 502, means: 'The app closed the connection instead of answering, or no longer listens.' },
  UP_APP_CRASHED: { status: 502, means: 'The app died while it handled the request; it is being restarted.' },
  UP_APP_EXITED: {
    status: 502,
    means:
      'The app exited before it listened on PORT, or within a second of it without one answer; the log has its last lines.',
  },
  UP_APP_SPAWN: { status: 502, means: 'The command that starts the app could not be run.' },
  UP_APP_BACKING_OFF: {
    status: 503,
    means: 'The app keeps failing to start; Retry-After says when it is tried again.',
  },
  UP_APP_STARTING: { status: 503, means: 'The app was not up before the deadline of the request.' },
  UP_APP_STOPPED: { status: 503, means: 'The environment is being shut down.' },
  UP_MAINTENANCE: { status: 503, means: 'The stage is under maintenance (`maintenance`).' },
  UP_APP_NOT_LISTENING: {
    status: 504,
    means: 'The app did not listen on PORT within proxy.listen_timeout; the log names the ports it listens on.',
  },
  UP_APP_TIMEOUT: { status: 504, means: 'The app did not answer within proxy.timeout.' },
} as const satisfies Record<string, { readonly status: number; readonly means: string }>;
