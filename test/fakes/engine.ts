/** An engine that answers every event with itself, or as it is told. */
import { randomUUID } from 'node:crypto';
import type { LogStore } from '../../local/logs/store.ts';
import type { Engine, InvokeRequest, InvokeResult, Provisioning } from '../../local/model.ts';
import type { Store } from '../../local/state.ts';

export interface FakeEngine extends Engine {
  readonly invoked: InvokeRequest[];
  readonly refreshed: string[];
  /** Parts of the next results, or an error to reject with. */
  answer: Partial<InvokeResult> | Error;
  /** How far provisioned environments are, of whatever version. */
  provisioned: Provisioning;
}

export function createFakeEngine(store: Store, logs: LogStore): FakeEngine {
  const engine: FakeEngine = {
    invoked: [],
    refreshed: [],
    answer: {},
    provisioned: { available: 0, allocated: 0, failed: false },
    async invoke(request) {
      engine.invoked.push(request);
      if (engine.answer instanceof Error) throw engine.answer;
      const fn = store.state.functions[request.functionName]!;
      const qualifier = request.qualifier ?? '$LATEST';
      const executedVersion = fn.aliases[qualifier]?.FunctionVersion ?? qualifier;
      const text = Buffer.from(request.payload).toString();
      logs.put(fn.latest.LogGroup, `[${executedVersion}]fake`, [{ timestamp: Date.now(), message: text }]);
      const logTail = `START\n${text}\nEND\n`;
      return { payload: request.payload, executedVersion, logTail, requestId: randomUUID(), ...engine.answer };
    },
    refresh(name) {
      engine.refreshed.push(name);
    },
    provisioning: () => engine.provisioned,
  };
  return engine;
}
