/** Stack traces as their author reads them: places from the project's folder, without the frames of others. */
import { pathToFileURL } from 'node:url';

export interface StackOptions {
  readonly dir: string;
  /** With the frames of Node and of packages. */
  readonly verbose: boolean;
}

/** Where `--lambda` lays a package out, from the project: see lambdaFolder. */
const laidOut = /\.up\/lambda\/\d+\/\d+\//g;

const frame = /^\s+at /;
const foreign = /[( ](?:node:|(?:[^( ]*\/)?node_modules\/)/;

/** Any text; what is no stack trace stays as it is but for the folders. */
export function renderStack(text: string, { dir, verbose }: StackOptions): string {
  const near = text
    .replaceAll(`${pathToFileURL(dir)}/`, '')
    .replaceAll(`${dir}/`, '')
    .replaceAll(laidOut, '');
  const lines = near.split('\n');
  const isOwn = (line: string) => frame.test(line) && !foreign.test(line);
  if (verbose || !lines.some(isOwn)) return near;
  return lines.filter((line) => !frame.test(line) || isOwn(line)).join('\n');
}
