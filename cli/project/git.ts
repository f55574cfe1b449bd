/** What git knows of the code that is deployed. A folder without git, or a repository without a commit, is no error. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

export interface Commit {
  /** Short hash; empty without git. */
  readonly commit: string;
  readonly author: string;
  /** The subject line. */
  readonly message: string;
}

const none: Commit = { commit: '', author: '', message: '' };

export async function readCommit(dir: string): Promise<Commit> {
  try {
    const { stdout } = await promisify(execFile)('git', ['log', '-1', '--format=%h%x00%an%x00%s'], {
      cwd: dir,
      timeout: 5_000,
    });
    const [commit = '', author = '', message = ''] = stdout.trim().split('\0');
    return { commit, author, message };
  } catch {
    return none;
  }
}

/** The full hash of the commit that a tag, a branch or an abbreviated hash names; null when git knows none. */
export async function resolveCommit(dir: string, name: string): Promise<string | null> {
  // It would be taken for an option.
  if (name.startsWith('-')) return null;
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', '--verify', '--quiet', `${name}^{commit}`], {
      cwd: dir,
      timeout: 5_000,
    });
    return stdout.trim() || null;
  } catch {
    // No git, no repository, no such name: all the same here.
    return null;
  }
}
