/** The request that checks a package or a version: `GET /`. Any answer of the app passes, 404 and 500 included. */

/** The event, as an HTTP API would send it. */
export function probeEvent(stage: string): object {
  const now = new Date();
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    rawQueryString: '',
    headers: { accept: '*/*', host: 'localhost', 'user-agent': 'up-verify' },
    requestContext: {
      domainName: 'localhost',
      http: { method: 'GET', path: '/', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'up-verify' },
      requestId: `verify-${now.getTime()}`,
      routeKey: '$default',
      stage,
      timeEpoch: now.getTime(),
      // Lets the request reach the app also where a stage asks for a password or is under maintenance.
      up: { probe: true },
    },
    isBase64Encoded: false,
  };
}

export interface Verdict {
  readonly status: number;
  /** What is wrong, in a sentence; null when the app answered. */
  readonly failure: string | null;
}

/** Judges the result of an invocation. */
export function judge(payload: Uint8Array | undefined, functionError: boolean): Verdict {
  const result = parse(payload);
  const status = result.statusCode ?? 0;
  if (functionError) return { status, failure: platformFailure(result) };
  return { status, failure: proxyFailure(result) };
}

interface Result {
  readonly statusCode?: number;
  readonly body?: string;
  readonly errorMessage?: string;
}

/** A function that streams answers an invocation with its prelude, eight NUL bytes and the body. */
function parse(payload: Uint8Array | undefined): Result {
  const bytes = Buffer.from(payload ?? []);
  const prelude = bytes.indexOf(Buffer.alloc(8));
  try {
    const result = JSON.parse(bytes.toString('utf8', 0, prelude === -1 ? bytes.length : prelude)) as Result | null;
    return { ...result, ...(prelude !== -1 && { body: bytes.toString('utf8', prelude + 8) }) };
  } catch {
    return {};
  }
}

function platformFailure({ errorMessage }: Result): string {
  return errorMessage?.replace(/^RequestId: \S+ (?:Error: )?/, '') ?? 'Lambda gave no reason';
}

/** Errors of the proxy say so by their code; the app's own 500 is an answer. */
function proxyFailure({ statusCode, body }: Result): string | null {
  if (statusCode === undefined) return 'it gave no answer';
  if (statusCode < 500 || !body?.includes('"code":"UP_')) return null;
  return (JSON.parse(body) as { error: string }).error;
}
