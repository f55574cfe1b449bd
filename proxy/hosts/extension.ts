/**
 * Registers an internal extension. With one, Lambda sends the runtime SIGTERM before it ends the environment, and waits
 * with the freeze until the extension asks for the next event.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
import { createConnection } from './connection.ts';

export interface InvokeEvent {
  readonly requestId: string;
  /** Epoch milliseconds. */
  readonly deadline: number;
}

export interface ExtensionOptions {
  readonly environment: NodeJS.ProcessEnv;
  /** Without it no events are asked for. */
  readonly invocations?: Invocations;
}

export interface Invocations {
  /** Handles one: the environment is not frozen before it resolves. */
  onInvoke(event: InvokeEvent): Promise<void>;
  /**
   * The connection to the platform is lost: no further invocations are announced, and the platform waits for this
   * extension at each.
   */
  onLost(error: Error): void;
}

/** Registration takes a millisecond; a Runtime API that knows no extensions must not hold up init. */
const registrationMs = 200;

interface Extension extends Omit<ExtensionOptions, 'environment'> {
  readonly endpoint: string;
}

/** Resolves once it is registered, or cannot be. It has to be before the runtime asks for its first invocation. */
export async function registerExtension({ environment, ...options }: ExtensionOptions): Promise<void> {
  // Only the platform itself says how it initialises; other Runtime APIs need not know of extensions.
  if (environment.AWS_LAMBDA_INITIALIZATION_TYPE === undefined) return;
  const extension = { ...options, endpoint: environment.AWS_LAMBDA_RUNTIME_API ?? '' };
  const bound = new Promise<void>((resolve) => setTimeout(resolve, registrationMs).unref());
  const follow = async () => {
    const id = await register(extension);
    // An extension without events only loses the SIGTERM.
    if (id !== null) followEvents(extension, id).catch((error: Error) => extension.invocations?.onLost(error));
  };
  // Without a registration everything works but the graceful end of the environment.
  await Promise.race([follow().catch(() => {}), bound]);
}

async function register({ endpoint, invocations }: Extension): Promise<string | null> {
  const body = Buffer.from(JSON.stringify({ events: invocations ? ['INVOKE'] : [] }));
  const head =
    `POST /2020-01-01/extension/register HTTP/1.1\r\nHost: ${endpoint}\r\nLambda-Extension-Name: up\r\n` +
    `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const { status, header } = await createConnection(endpoint).exchange(head, body);
  return status === 200 ? (header('lambda-extension-identifier') ?? null) : null;
}

/** The first `next` ends this extension's part of init; each further one reports the invocation as done. */
async function followEvents({ endpoint, invocations }: Extension, id: string): Promise<void> {
  const connection = createConnection(endpoint);
  const head = `GET /2020-01-01/extension/event/next HTTP/1.1\r\nHost: ${endpoint}\r\nLambda-Extension-Identifier: ${id}\r\n\r\n`;
  for (;;) {
    const { status, body } = await connection.exchange(head, null);
    if (status !== 200) throw new Error(`the Extensions API answered ${status} to next: ${body}`);
    const { eventType, requestId, deadlineMs } = JSON.parse(body.toString()) as Record<string, unknown>;
    if (eventType === 'INVOKE')
      await invocations?.onInvoke({ requestId: String(requestId), deadline: Number(deadlineMs) });
  }
}
