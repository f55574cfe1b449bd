/** Programs that cargo makes. Their places: https://doc.rust-lang.org/cargo/reference/build-cache.html */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The command that makes the program at this path; null where cargo makes none there. */
export function cargoBuild(dir: string, program: string): string | null {
  const [, target, profile] = /^(?:\.\/)?target\/(?:([\w-]+)\/)?(release|debug)\/[^/]+$/.exec(program) ?? [];
  if (profile === undefined || !existsSync(join(dir, 'Cargo.toml'))) return null;
  const words = ['cargo build', profile === 'release' && '--release', target !== undefined && `--target ${target}`];
  return words.filter(Boolean).join(' ');
}
