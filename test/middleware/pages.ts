/** Answers of an app and folders of pages, for the tests of what replaces or changes them. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Header } from '../../http/headers.ts';
import type { HttpRequest, HttpResponse } from '../../http/message.ts';
import { request } from '../proxy/apps.ts';

export const browserAccept = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8';

export function asking(accept: string | undefined, rest: Partial<Pick<HttpRequest, 'method'>> = {}): HttpRequest {
  return request('/', { ...rest, headers: accept === undefined ? [] : [['accept', accept]] });
}

export const browser = asking(browserAccept);

export function answering(
  status: number,
  body: HttpResponse['body'] | string,
  headers: readonly Header[] = [],
): HttpResponse {
  return { status, headers, body: typeof body === 'string' ? Buffer.from(body) : body };
}

/** A folder with these files, for the length of one test. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), 'up-pages-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
  }
  return dir;
}
