/** What git knows of a file that is broken: whether there is an earlier one to go back to. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { quote } from '../argv/shell.ts';

/** Null without git, outside of a repository, or when git refuses. */
export async function git(dir: string, ...words: string[]): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', words, { cwd: dir, timeout: 5_000 });
    return stdout;
  } catch {
    return null;
  }
}

/**
 * The command that brings back the committed file and loses nothing: a change goes to the stash, a file that was removed
 * is restored. Null when the file is as it was committed, or never was.
 */
export async function bringBack(dir: string, file: string): Promise<string | null> {
  const status = await git(dir, 'status', '--porcelain', '--', file);
  const mark = status?.slice(0, 2).trim();
  if (mark === 'D') return `git restore --staged --worktree ${quote(file)}`;
  return mark === 'M' ? `git stash push -- ${quote(file)}` : null;
}
