/** Commands of apex/up that are none here, for who types them from habit: docs/migrating.md. */
import { join } from 'node:path';
import { packageRoot } from '../paths.ts';

interface Former {
  /** The command that does it here. */
  readonly instead?: string;
  /** The end of a sentence. */
  readonly why: string;
}

const former: Readonly<Record<string, Former>> = {
  deploys: { instead: 'releases', why: 'here it is "up releases"' },
  run: { why: 'the hooks run with "up build" and with a deploy' },
  docs: { why: `the manual is ${join(packageRoot, 'docs', 'README.md')}` },
  team: { why: 'there are no accounts' },
  upgrade: { why: 'npm upgrades it' },
  'disable-stats': { why: 'nothing is counted' },
};

export function formerCommand(word: string): Former | undefined {
  return Object.hasOwn(former, word) ? former[word] : undefined;
}
