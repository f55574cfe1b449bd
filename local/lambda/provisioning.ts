/** Environments that are kept ready, whether or not anybody asks: as many as each function's provisioned concurrency. */
import type { FunctionVersion, State } from '../model.ts';
import { type Provision, provisionsOf, revisionOf } from './concurrency.ts';
import { isBusy, type Slot, type Slots } from './slots.ts';

export interface ProvisioningOptions {
  readonly state: Pick<State, 'functions'>;
  readonly slots: Slots;
  /** Whether one more may be started, if need be in place of an idle one. */
  readonly hasRoom: () => boolean;
  /** Rejects when it cannot be started. */
  readonly start: (version: FunctionVersion) => Promise<unknown>;
}

export function createProvisioning({ state, slots, hasRoom, start }: ProvisioningOptions) {
  /** By revision, the configuration of provisioned concurrency under which an init failed. */
  const failures = new Map<string, string>();

  /** Starts missing environments, and gives up those that are no longer wanted. */
  function provision(functionName: string): void {
    const wanted = provisionsOf(state.functions[functionName]);
    const missing = new Map(wanted.map(({ version, count }) => [revisionOf(version), count]));
    for (const slot of slots.of(functionName)) {
      if (!slot.provisioned) continue;
      const left = missing.get(slot.revision) ?? 0;
      if (left > 0) missing.set(slot.revision, left - 1);
      else giveUp(slot);
    }
    for (const one of wanted)
      for (let left = missing.get(revisionOf(one.version)) ?? 0; left > 0; left--) startAhead(one);
  }

  /** A busy environment goes on as one on demand, and is retired once it has been idle for long enough. */
  function giveUp(slot: Slot): void {
    slot.provisioned = false;
    if (!slot.reserved && !isBusy(slot)) slots.retire(slot);
  }

  function startAhead({ version, configured }: Provision): void {
    const revision = revisionOf(version);
    if (failures.get(revision) === configured || !hasRoom()) return;
    start(version).catch(() => failures.set(revision, configured));
  }

  function configuredFor(functionName: string, revision: string): string | undefined {
    const wanted = provisionsOf(state.functions[functionName]);
    return wanted.find(({ version }) => revisionOf(version) === revision)?.configured;
  }

  return {
    provision,
    /** Replaces an environment that died. One that never became ready would not become so the next time either. */
    replace({ functionName, revision, isReady }: Slot): void {
      const configured = isReady ? undefined : configuredFor(functionName, revision);
      if (configured !== undefined) failures.set(revision, configured);
      provision(functionName);
    },
    status(version: FunctionVersion) {
      const revision = revisionOf(version);
      const kept = slots.of(version.FunctionName).filter((slot) => slot.provisioned && slot.revision === revision);
      const configured = configuredFor(version.FunctionName, revision);
      return {
        available: kept.filter(({ isReady }) => isReady).length,
        allocated: kept.length,
        failed: configured !== undefined && failures.get(revision) === configured,
      };
    },
  };
}
