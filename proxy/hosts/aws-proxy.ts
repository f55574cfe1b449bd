/**
 * The proxy under AWS's runtime client. What our own loop does around an invocation is done by an extension here, which
 * delays the freeze while there is work; and all worker threads of the client share one app.
 */
import { isMainThread } from 'node:worker_threads';
import { type Boot, boot, stageSettings } from '../boot.ts';
import type { ProxyOptions } from '../main.ts';
import { noApp } from '../no-app.ts';
import { turn } from '../relay/turn.ts';
import type { Settings } from '../settings.ts';
import { registerExtension } from './extension.ts';
import { writeFatal } from './fatal.ts';
import { bootedApp, type LambdaProxy, lambdaProxy } from './lambda.ts';
import { claim, followThread, serveThreads } from './threads.ts';

export interface AwsProxy {
  readonly settings: Settings;
  readonly proxy: LambdaProxy;
  readonly invoked: Invoked;
}

/** `booted` is null in a worker thread, of which only the first boots the app. */
export async function awsProxy(booted: Boot | null, environment: NodeJS.ProcessEnv): Promise<AwsProxy> {
  const settings = booted?.settings ?? stageSettings(environment);
  const app = booted ? bootedApp(booted) : await threadsApp(settings, environment);
  const proxy = await lambdaProxy({ settings, app, environment, end });
  const invoked = createInvoked();
  await Promise.all([proxy.initialized(), isMainThread && register(proxy, invoked, environment)]);
  return { settings, proxy, invoked };
}

/** Not `process.exit`: it joins the thread on which AWS's client waits for `next`, and never returns. */
function end(): void {
  process.kill(process.pid, 'SIGKILL');
}

async function threadsApp({ app: command }: Settings, environment: NodeJS.ProcessEnv): Promise<ProxyOptions['app']> {
  if (command === null) return noApp;
  const server = await claim();
  if (server === null) return () => followThread();
  const app = bootedApp(await boot(environment));
  return (log, output) => {
    const kept = app(log, output);
    serveThreads(server, kept);
    return kept;
  };
}

async function register(proxy: LambdaProxy, invoked: Invoked, environment: NodeJS.ProcessEnv): Promise<void> {
  await registerExtension({
    environment,
    invocations: {
      async onInvoke({ requestId, deadline }) {
        await invoked.over(requestId, deadline - Date.now());
        // The client hands the answer over in the turn in which the handler has ended.
        await turn();
        await proxy.afterAnswer(deadline);
      },
      onLost({ message }) {
        writeFatal(message);
        end();
      },
    },
  });
}

/** What the handler tells the extension; either may hear of an invocation first. */
interface Invoked {
  answered(requestId: string): void;
  /** Resolves when the invocation is answered, or after `bound` milliseconds. */
  over(requestId: string, bound: number): Promise<void>;
}

function createInvoked(): Invoked {
  let last = '';
  let waiting: { readonly requestId: string; readonly resolve: () => void } | null = null;
  return {
    answered(requestId) {
      last = requestId;
      if (waiting?.requestId === requestId) waiting.resolve();
    },
    over(requestId, bound) {
      if (last === requestId) return Promise.resolve();
      return new Promise((resolve) => {
        const timer = setTimeout(finish, Math.max(0, bound));
        function finish(): void {
          clearTimeout(timer);
          waiting = null;
          resolve();
        }
        waiting = { requestId, resolve: finish };
      });
    },
  };
}
