/** The folder that is attacked: an app with a site in it, beside files that nobody may read. */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface World {
  /** The folder of the app. */
  readonly dir: string;
  /** What each answer may not hold. */
  readonly secrets: {
    /** Of files that are outside of the app, or are never served. */
    readonly everywhere: readonly string[];
    /** Of files that are outside of `public` alone. */
    readonly private: readonly string[];
  };
  /** What is in every file that may be served, and in every answer of the app. */
  readonly marks: { readonly site: string; readonly app: string };
  close(): Promise<void>;
}

const neverServed = [
  ...['outside.txt', 'secret/canary.txt', 'app/up.json', 'app/package.json', 'app/package-lock.json', 'app/.env'],
  ...['app/_up/config.json', 'app/_headers', 'app/_redirects', 'app/.git/config', 'app/node_modules/index.js'],
  ...['app/public/.hidden', 'app/public/.env', 'app/public/.env.html'],
];

/** Served where the folder of the app is the site, and not where `public` is. */
const ofTheAppAlone = ['app/private.txt', 'app/public/_headers', 'app/public/_redirects'];

const pages = {
  'app/index.html': 'home',
  'app/about.html': 'about',
  'app/style.css': 'style',
  'app/docs/index.html': 'docs',
  'app/public/index.html': 'home',
  'app/public/about.html': 'about',
  'app/public/style.css': 'style',
  'app/public/styled.css': 'a file beside a link in its name',
  'app/public/docs/index.html': 'docs',
  'app/public/.well-known/security.txt': 'well known',
};

/** Ways out, by their names on disk. */
const links = {
  'app/link-out': '../outside.txt',
  'app/link-dir': '..',
  'app/link-root': '/',
  'app/link-env': '.env',
  'app/link-up': '_up',
  'app/style.css.br': '../outside.txt',
  'app/public/link-out': '../../outside.txt',
  'app/public/link-dir': '../..',
  'app/public/link-root': '/',
  'app/public/link-env': '../.env',
  'app/public/link-up': '../up.json',
  'app/public/styled.css.br': '../../secret/canary.txt',
  'app/public/styled.css.gz': '../../outside.txt',
  'app/public/.well-known/link-out': '../../../outside.txt',
  'app/public/linked.html': '../../secret/canary.txt',
};

const errorPages = {
  'app/errors/404.html': '<!doctype html><title>404</title><body>{{.StatusText}} {{.RequestID}}</body>',
  'app/errors/5xx.html': '<!doctype html><title>5xx</title><body>{{.StatusCode}}</body>',
  'app/maintenance.html': '<!doctype html><title>503</title><body>later, {{.Variables.name}}</body>',
};

export async function createWorld(): Promise<World> {
  const base = await mkdtemp(join(tmpdir(), 'up-attack-'));
  const [secret, ofTheApp, site, app] = Array.from({ length: 4 }, () => randomBytes(12).toString('hex'));
  const write = async (name: string, text: string) => {
    await mkdir(dirname(join(base, name)), { recursive: true });
    await writeFile(join(base, name), text);
  };
  for (const name of neverServed) await write(name, `{ "${name}": "${secret}" }\n`);
  for (const name of ofTheAppAlone) await write(name, `{ "${name}": "${ofTheApp}" }\n`);
  for (const [name, text] of Object.entries(pages)) await write(name, page(`${text} ${site}`));
  for (const [name, text] of Object.entries(errorPages)) await write(name, text);
  for (const [name, to] of Object.entries(links)) await symlink(to, join(base, name));
  return {
    dir: join(base, 'app'),
    secrets: { everywhere: [`${secret}`, ...ofThisMachine()], private: [`${ofTheApp}`] },
    marks: { site: `${site}`, app: `${app}` },
    close: () => rm(base, { recursive: true, force: true }),
  };
}

function page(text: string): string {
  return `<!doctype html><html><head><title>t</title></head><body>${text}</body></html>\n`;
}

function ofThisMachine(): string[] {
  if (!existsSync('/etc/passwd')) return [];
  const [first = ''] = readFileSync('/etc/passwd', 'utf8').split('\n');
  return first === '' ? [] : [first];
}
