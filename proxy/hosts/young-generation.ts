/**
 * Sets the V8 flags that `_up/bootstrap` passes (and explains) where it cannot pass them: the young generation does not
 * grow, and no threads are woken for garbage collection.
 */

/** From this major version of Node on, changed flags do not make V8 reject Node's own code cache. */
const flagsAreFree = 24;

/** To be called when nobody waits: modules that Node loads later are compiled without its code cache. */
export function holdYoungGeneration(): void {
  if (Number.parseInt(process.versions.node, 10) >= flagsAreFree) return;
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
}
