/**
 * The Extensions API of one execution environment. Every extension counts as internal: external ones are programs in
 * /opt/extensions, and none are brought here. Names and messages of errors are those of AWS's own emulator.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html
 */
import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { answer, refuse } from './answer.ts';
import type { FunctionIdentity, RuntimeEvent } from './runtime-server.ts';

export interface Extensions {
  any(): boolean;
  /**
   * All extensions have called `next` and process no event. One that has not registered for INVOKE calls it once, and
   * waits for ever.
   */
  allWait(): boolean;
  register(req: IncomingMessage, res: ServerResponse): Promise<void>;
  next(req: IncomingMessage, res: ServerResponse): void;
  /** Hands the event to all that asked for INVOKE. */
  tell(event: RuntimeEvent): void;
  /** The runtime is through with its own init: nobody else may register. */
  closeRegistration(): void;
  /** Forgets them all: another runtime is about to start. */
  reset(): void;
}

interface Extension {
  readonly name: string;
  readonly events: readonly string[];
  waiting: ServerResponse | null;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxExtensions = 10;

export function createExtensions(identity: FunctionIdentity): Extensions {
  const registered = new Map<string, Extension>();
  let isOpen = true;

  async function register(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const name = String(req.headers['lambda-extension-name'] ?? '');
    const events = readEvents(await buffer(req));
    if (name === '') return refuse(res, 403, 'Extension.InvalidExtensionName', 'Empty extension name');
    if (events === null) return refuse(res, 403, 'InvalidRequestFormat', 'the body is no JSON with a list of events');
    const unknown = events.find((event) => event !== 'INVOKE');
    if (unknown !== undefined) return refuse(res, 403, 'Extension.InvalidEventType', `${unknown}: ${whyNot(unknown)}`);
    if (!isOpen) return refuse(res, 403, 'Extension.RegistrationClosed', 'Extension registration closed already');
    if ([...registered.values()].some((extension) => extension.name === name))
      return refuse(res, 403, 'Extension.InvalidExtensionState', 'Extension with this name already registered');
    if (registered.size >= maxExtensions)
      return refuse(res, 403, 'Extension.TooManyExtensions', `Extension limit (${maxExtensions}) reached`);
    const id = randomUUID();
    registered.set(id, { name, events, waiting: null });
    res.setHeader('Lambda-Extension-Identifier', id);
    answer(res, 200, identity);
  }

  return {
    any: () => registered.size > 0,
    allWait: () => [...registered.values()].every(({ waiting }) => waiting !== null),
    register,
    next(req, res) {
      const id = String(req.headers['lambda-extension-identifier']);
      const extension = registered.get(id);
      if (extension) extension.waiting = res;
      else refuse(res, 403, 'Extension.UnknownExtensionIdentifier', `Unknown extension ${id}`);
    },
    tell(event) {
      for (const extension of registered.values()) {
        if (!extension.events.includes('INVOKE') || extension.waiting === null) continue;
        answer(extension.waiting, 200, toInvoke(event));
        extension.waiting = null;
      }
    },
    closeRegistration() {
      isOpen = false;
    },
    reset() {
      registered.clear();
      isOpen = true;
    },
  };
}

function readEvents(body: Buffer): readonly string[] | null {
  try {
    const { events = [] } = JSON.parse(body.toString()) as { events?: unknown };
    return Array.isArray(events) ? events.map(String) : null;
  } catch {
    // No JSON, or null.
    return null;
  }
}

function whyNot(event: string): string {
  return event === 'SHUTDOWN' ? 'ShutdownEventNotSupportedForInternalExtension' : 'ErrorInvalidEventType';
}

function toInvoke({ deadline, requestId, functionArn, traceId }: RuntimeEvent): object {
  return {
    eventType: 'INVOKE',
    deadlineMs: deadline,
    requestId,
    invokedFunctionArn: functionArn,
    tracing: { type: 'X-Amzn-Trace-Id', value: traceId },
  };
}
