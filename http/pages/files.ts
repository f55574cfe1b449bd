/**
 * Reads the page files of an app, once, at start. A page that cannot be used is told of in the log and is as good as
 * absent: a mistake in a page must not take an app down.
 */
import { readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import type { Log } from '../log.ts';
import { compilePage, type Page, type Variables } from './template.ts';

export interface PageFiles {
  /** The folder of the app's files. */
  readonly root: string;
  readonly variables: Variables;
  readonly log: Log;
}

/** A page is sent with each error; what is larger is no page. */
export const maxPageBytes = 256 * 1024;
/** Of one page; whoever fixes these sees the others. */
const maxProblemsShown = 10;

/** `path` from the root. Null for what is not there or is no page. */
export function readPage(path: string, { root, variables, log }: PageFiles): Page | null {
  const text = readText(root, path);
  if (text instanceof Error) {
    log.warn('page not used', { file: path, reason: text.message });
    return null;
  }
  const { page, problems } = compilePage(text, variables);
  for (const { line, message } of problems.slice(0, maxProblemsShown))
    log.warn(page ? 'page has a problem' : 'page not used', { file: path, line, reason: message });
  return page;
}

function readText(root: string, path: string): string | Error {
  try {
    const file = realpathSync(join(root, path));
    if (!file.startsWith(`${realpathSync(root)}${sep}`)) return new Error('it lies outside of the app');
    const stats = statSync(file);
    if (!stats.isFile()) return new Error('it is not a file');
    if (stats.size > maxPageBytes) return new Error(`it is larger than ${maxPageBytes} bytes`);
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    return new Error((error as NodeJS.ErrnoException).code ?? 'it cannot be read');
  }
}

const names = /^(error|[45]xx|[45]\d\d)\.html$/;

/** The pages of a folder by what they are for: `404`, `4xx`, `error`. */
export function readPages(dir: string, files: PageFiles): ReadonlyMap<string, Page> {
  const pages = new Map<string, Page>();
  for (const name of pageNames(dir, files)) {
    const page = readPage(join(dir, name), files);
    if (page) pages.set(name.replace('.html', ''), page);
  }
  return pages;
}

function pageNames(dir: string, { root, log }: PageFiles): string[] {
  try {
    return readdirSync(join(root, dir))
      .filter((name) => names.test(name))
      .sort();
  } catch (error) {
    log.warn('folder of error pages not read', { dir, reason: (error as NodeJS.ErrnoException).code });
    return [];
  }
}
