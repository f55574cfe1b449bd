/** What the file system refuses, in words. */
const fileProblems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  ENOTDIR: 'part of the path is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'something else is in its place',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left',
  EDQUOT: 'the quota is used up',
  EFBIG: 'larger than a file may be here (ulimit -f)',
  ELOOP: 'links that go round in circles',
  ENAMETOOLONG: 'the name is too long',
};

/** Of a code such as EISDIR; undefined where the file system is not what refused. */
export function fileProblem(code: string): string | undefined {
  return Object.hasOwn(fileProblems, code) ? fileProblems[code] : undefined;
}
