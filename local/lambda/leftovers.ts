/** Ends environments that a killed platform has left behind, frozen for ever. */
import { killTree, processesWith } from './process-tree.ts';

/** Every process of an environment carries this variable, with the state directory of its platform. */
export const markName = 'UP_LOCAL_ENVIRONMENT';

export function endLeftovers(stateDir: string): void {
  killTree(...processesWith(`${markName}=${stateDir}`));
}
