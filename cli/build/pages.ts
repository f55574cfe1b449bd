/** The problems in page files that the proxy would log when it starts, reported when they are packed. */
import type { StageConfig } from '../../config/index.ts';
import type { Log } from '../../http/log.ts';
import { readPage, readPages } from '../../http/pages/files.ts';

export function pageWarnings(root: string, { error_pages, maintenance }: StageConfig): string[] {
  const warnings: string[] = [];
  const silent = () => {};
  const log: Log = {
    debug: silent,
    info: silent,
    warn: (message, { file, dir, line, reason } = {}) =>
      void warnings.push(`${file ?? dir}${line === undefined ? '' : `:${line}`}: ${message}: ${reason}`),
    error: silent,
    fatal: silent,
  };
  const { enable, dir, variables } = error_pages;
  if (enable) readPages(dir, { root, variables, log });
  if (maintenance.page !== undefined) readPage(maintenance.page, { root, variables, log });
  return warnings;
}
