/**
 * Keeps V8's young generation as small as `_up/bootstrap` asks for, which gives the reasons, where it may not ask for it.
 */

/** From here on its size is no reason for V8 to leave aside what Node has compiled of itself. */
const flagIsFree = 24;

/** To be called when nobody waits: what Node loads later is compiled anew. */
export function holdYoungGeneration(version: string = process.versions.node): void {
  if (Number.parseInt(version, 10) >= flagIsFree) return;
  process.getBuiltinModule('node:v8').setFlagsFromString('--semi-space-growth-factor=1');
}
