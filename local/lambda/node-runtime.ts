/**
 * Stands for the client of AWS's managed Node runtime: loads the handler of a function and runs it for each event. Runs
 * as a process of its own inside an execution environment. Streaming handlers are not served here.
 */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => unknown;

const { env } = process;
const base = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

try {
  const handler = await loadHandler(env.LAMBDA_TASK_ROOT ?? '', env._HANDLER ?? '');
  for (;;) await serveOne(handler);
} catch (error) {
  await post('/init/error', describe(error));
  process.exit(1);
}

/** `path/module.name`, as in the function's configuration. */
async function loadHandler(root: string, name: string): Promise<Handler> {
  const dot = name.lastIndexOf('.');
  const module = await importFirst(
    ['', '.js', '.mjs', '.cjs'].map((suffix) => join(root, name.slice(0, dot) + suffix)),
  );
  const exported = module[name.slice(dot + 1)] ?? (module.default as Record<string, unknown>)?.[name.slice(dot + 1)];
  if (typeof exported !== 'function') throw new Error(`${name} is undefined or not exported`);
  return exported as Handler;
}

async function importFirst(files: readonly string[]): Promise<Record<string, unknown>> {
  for (const file of files) {
    try {
      return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    } catch (error) {
      if (!isMissing(error, file)) throw error;
    }
  }
  throw new Error(`Cannot find module '${files[0]}'`);
}

function isMissing(error: unknown, file: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === 'ERR_UNSUPPORTED_DIR_IMPORT' || (code === 'ERR_MODULE_NOT_FOUND' && message.includes(file));
}

async function serveOne(handler: Handler): Promise<void> {
  const next = await call('GET', '/invocation/next');
  const header = (name: string) => String(next.headers[`lambda-runtime-${name}`] ?? '');
  const requestId = header('aws-request-id');
  const deadline = Number(header('deadline-ms'));
  const event: unknown = JSON.parse(next.body);
  const context = {
    awsRequestId: requestId,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    invokedFunctionArn: header('invoked-function-arn'),
    xRayTraceId: header('trace-id'),
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  try {
    const result = await handler(event, context);
    await post(`/invocation/${requestId}/response`, result ?? null);
  } catch (error) {
    await post(`/invocation/${requestId}/error`, describe(error));
  }
}

async function post(path: string, body: unknown): Promise<void> {
  await call('POST', path, JSON.stringify(body), { 'lambda-runtime-function-error-type': errorType(body) });
}

/** node:http without a timeout: `next` waits for as long as there is no work, and a freeze stops every clock but the wall's. */
function call(
  method: string,
  path: string,
  body = '',
  headers = {},
): Promise<{ headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const req = request(base + path, {
      method,
      agent,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
    });
    req.once('error', reject);
    req.once('response', (res) => {
      let text = '';
      res.setEncoding('utf8');
      res.on('data', (chunk: string) => {
        text += chunk;
      });
      res.once('end', () => resolve({ headers: res.headers, body: text }));
    });
    req.end(body);
  });
}

function errorType(body: unknown): string {
  return String((body as { errorType?: string } | null)?.errorType ?? 'Unhandled');
}

function describe(error: unknown) {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { errorType: name, errorMessage: message, trace: stack?.split('\n') ?? [] };
}
