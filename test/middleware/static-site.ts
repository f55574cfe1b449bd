/** A folder on disk behind `static`, for the tests of it. */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { StaticFiles } from '../../config/static.ts';
import { readBody } from '../../http/body.ts';
import { getHeader } from '../../http/headers.ts';
import type { Handler, HttpRequest, HttpResponse } from '../../http/message.ts';
import { staticFiles } from '../../middleware/static.ts';
import { request } from '../proxy/apps.ts';

/** Text, bytes, or a link (`-> target`). */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export function folder(files: Files): string {
  const dir = mkdtempSync(join(tmpdir(), 'up-static-'));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  write(dir, files);
  return dir;
}

export function write(dir: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> ')) symlinkSync(content.slice(3), join(dir, path));
    else writeFileSync(join(dir, path), content);
  }
}

/** `type: static` with all of its defaults. */
export const site: StaticFiles = { dir: '.', prefix: '/', alone: true };
/** Beside an app. */
export const beside: StaticFiles = { dir: 'public', prefix: '/', alone: false };

export type Fields = Readonly<Record<string, string>>;

export interface Asked {
  readonly method?: string;
  readonly fields?: Fields;
  readonly whole?: boolean;
}

export interface Site {
  readonly dir: string;
  /** What the app behind it was asked for. */
  readonly passed: HttpRequest[];
  ask(target: string, asked?: Asked): Promise<Seen>;
}

export interface Seen {
  readonly status: number;
  readonly res: HttpResponse;
  readonly text: string;
  field(name: string): string | undefined;
}

export function serve(files: Files, config: Partial<StaticFiles> = {}): Site {
  return serveFolder(folder(files), { ...site, ...config });
}

export function serveFolder(dir: string, config: StaticFiles): Site {
  const passed: HttpRequest[] = [];
  const app: Handler = async (req) => {
    passed.push(req);
    return { status: 200, headers: [['x-app', 'yes']], body: Buffer.from('the app') };
  };
  const middleware = staticFiles(config, dir);
  return {
    dir,
    passed,
    async ask(target, { method = 'GET', fields = {}, whole = true } = {}) {
      const req = request(target, { method, headers: Object.entries(fields), context: { whole } });
      const res = await (middleware ? middleware(req, app) : app(req));
      const text = (await readBody(res.body)).toString();
      return { status: res.status, res, text, field: (name) => getHeader(res.headers, name) };
    },
  };
}
