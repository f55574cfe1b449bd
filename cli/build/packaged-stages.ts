/** The stages that a package knows: those that up.json had when it was built. Any other does not start with it. */
import { unzipSync } from 'fflate';
import { previewPrefix } from '../../config/index.ts';

const path = '_up/config.json';

/** Null for a package without a configuration: it is none of ours. */
export function packagedStages(zip: Uint8Array): string[] | null {
  const file = unzipSync(zip, { filter: ({ name }) => name === path })[path];
  if (file === undefined) return null;
  const { stages } = JSON.parse(new TextDecoder().decode(file)) as { readonly stages: object };
  return Object.keys(stages);
}

/** A preview is a staging of its own. */
export function isPackaged(stages: readonly string[], stage: string): boolean {
  return stages.includes(stage.startsWith(previewPrefix) ? 'staging' : stage);
}
