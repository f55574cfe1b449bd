/**
 * Sets for V8's garbage what `_up/bootstrap` asks for, which gives the reasons, where it may not ask for it: the young
 * generation does not grow, and no threads are woken to collect it.
 */

/** From here on such flags are no reason for V8 to leave aside what Node has compiled of itself. */
const flagsAreFree = 24;

/** To be called when nobody waits: what Node loads later is compiled anew. */
export function holdYoungGeneration(version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) >= flagsAreFree) return;
  const { setFlagsFromString } = process.getBuiltinModule('node:v8');
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--no-parallel-scavenge');
}
