/**
 * Stands for the client of AWS's managed Node runtime: loads the handler of a function and runs it for each event. Runs
 * as a process of its own inside an execution environment. Streaming handlers are not served here.
 *
 * Its errors are called as there: https://github.com/aws/aws-lambda-nodejs-runtime-interface-client/blob/main/src/Errors.js
 */
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

type Handler = (event: unknown, context: object) => unknown;

const { env } = process;
const base = `http://${env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

/** Of the event at work; undefined before the first. */
let current: string | undefined;

process.on('uncaughtException', (error) => void end('Uncaught Exception', error, 129));
process.on('unhandledRejection', (reason) => {
  void end('Unhandled Promise Rejection', named('UnhandledPromiseRejection', String(reason)), 128);
});

try {
  const handler = await loadHandler(env.LAMBDA_TASK_ROOT ?? '', env._HANDLER ?? '');
  for (;;) await serveOne(handler);
} catch (error) {
  await end('Uncaught Exception', error, 129);
}

/** The runtime is over, and says why: of its event, if there is one. */
async function end(what: string, error: unknown, code: number): Promise<void> {
  log(what, error);
  await post(current === undefined ? '/init/error' : `/invocation/${current}/error`, describe(error));
  process.exit(code);
}

function log(what: string, error: unknown): void {
  const { errorType, errorMessage, trace } = describe(error);
  const text = JSON.stringify({ errorType, errorMessage, stack: trace });
  console.log(`${new Date().toISOString()}\t${current}\tERROR\t${what} \t${text}`);
}

function named(name: string, message: string): Error {
  const error = new Error(message);
  error.name = `Runtime.${name}`;
  error.stack = `${error.name}: ${message}`;
  return error;
}

/** `path/module.name`, as in the function's configuration. */
async function loadHandler(root: string, name: string): Promise<Handler> {
  const dot = name.lastIndexOf('.');
  if (dot === -1) throw named('MalformedHandlerName', 'Bad handler');
  const module = await importFirst(
    ['', '.js', '.mjs', '.cjs'].map((suffix) => join(root, name.slice(0, dot) + suffix)),
  );
  const exported = module[name.slice(dot + 1)] ?? (module.default as Record<string, unknown>)?.[name.slice(dot + 1)];
  if (typeof exported !== 'function') throw named('HandlerNotFound', `${name} is undefined or not exported`);
  return exported as Handler;
}

async function importFirst(files: readonly string[]): Promise<Record<string, unknown>> {
  for (const file of files) {
    try {
      return (await import(pathToFileURL(file).href)) as Record<string, unknown>;
    } catch (error) {
      if (!isMissing(error, file)) throw asLoadError(error);
    }
  }
  throw named('ImportModuleError', `Error: Cannot find module '${files[0]}'`);
}

/** What the code of the function throws by itself keeps its name. */
function asLoadError(error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException;
  if (error instanceof SyntaxError) return named('UserCodeSyntaxError', String(error));
  return /MODULE_NOT_FOUND$/.test(code) ? named('ImportModuleError', String(error)) : error;
}

/**
 * The handler's module is missing, and not a module that it imports: such an error names the handler too, as the
 * importer.
 */
function isMissing(error: unknown, file: string): boolean {
  const { code, message } = error as NodeJS.ErrnoException;
  return (
    code === 'ERR_UNSUPPORTED_DIR_IMPORT' ||
    (code === 'ERR_MODULE_NOT_FOUND' && message.startsWith(`Cannot find module '${file}'`))
  );
}

async function serveOne(handler: Handler): Promise<void> {
  const next = await call('GET', '/invocation/next');
  const header = (name: string) => String(next.headers[`lambda-runtime-${name}`] ?? '');
  const requestId = header('aws-request-id');
  const deadline = Number(header('deadline-ms'));
  current = requestId;
  const event: unknown = JSON.parse(next.body);
  const clientContext = header('client-context');
  const context = {
    clientContext: clientContext === '' ? undefined : JSON.parse(clientContext),
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
    log('Invoke Error', error);
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
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), trace: [] };
  return { errorType: error.name, errorMessage: error.message, trace: error.stack?.split('\n') ?? [] };
}
