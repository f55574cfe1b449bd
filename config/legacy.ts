/** Keys of apex/up that are not here. A file that has one deserves better than "unknown key": what it means, what to do. */
import type { Path } from './problems.ts';

/** By the object that holds them. Each is the rest of a sentence that begins with the key. */
const differences: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '': {
    dns: 'is not supported yet: keep these records in Route 53, where those of a "domain" are written for it',
  },
  'actions.*': {
    gifs: 'is not needed, leave it out: messages come without pictures',
  },
  lambda: {
    accelerate: 'is not needed, leave it out: large packages go through a bucket in the region of the app',
    endpoint: 'is not needed, leave it out: an HTTP API is regional',
  },
  proxy: {
    backoff: 'is not needed, leave it out: an app that fails to start is tried again with growing pauses',
    retry: 'is not needed, leave it out: what provably never reached the app is sent again',
    shutdown_timeout: 'is not needed, leave it out: Lambda gives the app 300 ms after SIGTERM',
  },
};

/** Why a key of apex/up is refused; undefined for any other key. A stage refuses what the top of the file refuses too. */
export function legacyMessage(parent: Path, key: string): string | undefined {
  const [section, , ...inStage] = parent;
  const place = section === 'stages' && parent.length >= 2 ? inStage : parent;
  return Object.entries(differences[place.map((part) => (typeof part === 'number' ? '*' : part)).join('.')] ?? {}).find(
    ([name]) => name === key,
  )?.[1];
}
