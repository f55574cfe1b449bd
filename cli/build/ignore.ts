/**
 * Which files of the app ship. Secrets, version control and editor droppings stay behind unless `.upignore` names them
 * with `!`; what is left is shipped as it is, since guessing at tests and documents breaks apps.
 */
import { join } from 'node:path';
import ignore from 'ignore';
import { isRecord } from '../../http/json.ts';
import { isFile } from './app.ts';
import { isInModules, packageOf } from './modules.ts';
import { readInstalled, readWanted } from './npm-lock.ts';
import { readText } from './read-text.ts';

/**
 * Left out, and reported: a user may believe they were deployed. A folder called `credentials` is as likely to hold
 * source code, and `cacert.pem` is what packages (certifi and botocore of Python, ca-bundle of PHP) call the public
 * certificates by which they know other servers; roots.pem is grpc's.
 */
const secrets = `
.env*
*.env
.aws
.ssh
.gnupg
.npmrc
.netrc
.pgpass
*.pem
!cacert.pem
!**/grpc/_cython/_credentials/roots.pem
*.key
*.p12
*.p8
*.pfx
*.jks
*.keystore
id_rsa*
id_ed25519*
id_ecdsa*
id_dsa*
*.ppk
*.kdbx
.git-credentials
.docker
.kube
kubeconfig
.pypirc
.vault-token
.htpasswd
*.tfvars
*.tfvars.json
credentials
!credentials/
credentials.json
service-account*.json
serviceAccount*.json
*firebase-adminsdk*.json
*.tfstate*
.terraform/
`;

const leftOut = `
.*
!.well-known
*.swp
*~
[#]*#
*.log
/*.zip
/up.json
/_redirects
`;

/**
 * Packages are public and know what they need: dotfolders (`.bin`, `.prisma`, `.pnpm`) and certificates ship. The dot
 * files named here hold times and absolute paths, which would change the package from machine to machine.
 */
const leftOutOfModules = `
.git
.env*
.aws
.npmrc
id_rsa*
id_ed25519*
id_ecdsa*
id_dsa*
.git-credentials
*.swp
*~
.DS_Store
**/node_modules/.cache
**/node_modules/.package-lock.json
**/node_modules/.modules.yaml
**/node_modules/.yarn-state.yml
**/node_modules/.yarn-integrity
`;

/** On the way to a program cargo makes many times its size. https://doc.rust-lang.org/cargo/reference/build-cache.html */
const leftOutOfTarget = `
/target/**/deps
/target/**/build
/target/**/incremental
/target/**/examples
/target/**/*.d
`;

/** A page in a browser has no use for packages on disk. */
const notInSites = `
node_modules
`;

const bundledAway = `
node_modules
*.ts
*.mts
*.cts
*.tsx
`;

export type Verdict = 'ship' | 'leave' | 'secret';

/** Decides about one path, relative to the root with forward slashes; folders end with a slash. */
export type Rules = (path: string) => Verdict;

export interface RulesOptions {
  /** The code is in a bundle: neither node_modules nor TypeScript sources ship. */
  readonly bundled?: boolean;
  /** Of the framework, before those of .upignore. */
  readonly framework?: readonly string[];
  /** There is no app, only files. */
  readonly site?: boolean;
  /** What only development needs, where npm's lock file does not say it. */
  readonly development?: ReadonlySet<string>;
  /** There is a Cargo.toml, and what cargo makes beside it. */
  readonly rust?: boolean;
}

/** Compiles the rules of the app in `dir`: ours, its `.upignore`, and its development dependencies. */
export async function readRules(dir: string, options: RulesOptions = {}): Promise<Rules> {
  const [text, locked, rust] = await Promise.all([
    readText(join(dir, '.upignore')),
    readDevelopmentPackages(dir),
    isFile(join(dir, 'Cargo.toml')),
  ]);
  return compileRules(text ?? '', locked ?? options.development ?? new Set(), { ...options, rust });
}

/** npm's lock file tells what only development needs; other package managers leave that to be found out. */
export async function hasLock(dir: string): Promise<boolean> {
  return (await readDevelopmentPackages(dir)) !== undefined;
}

/** As `readRules`, from text. */
export function compileRules(upignore: string, development: ReadonlySet<string>, options: RulesOptions = {}): Rules {
  const { framework = [] } = options;
  const lines = linesOf(upignore);
  const named = [...framework, ...lines].filter((line) => line.includes('node_modules'));
  const exact = { ignorecase: false };
  const files = ignore(exact)
    .add(leftOut)
    .add(options.bundled ? bundledAway : '')
    .add(options.site ? notInSites : '')
    .add(options.rust ? leftOutOfTarget : '')
    .add(framework)
    .add(lines);
  const modules = ignore(exact).add(leftOutOfModules).add(named);
  // A blanket `!.*` brings back dot files, not secrets: those must be named.
  const hidden = ignore()
    .add(secrets)
    .add(lines.filter((line) => !isBlanket(line)));
  const own = ignore().add(secrets);

  return function rules(path) {
    // State of ours, with what a local platform keeps secret: no rule brings it back.
    if (/^\.up\/./.test(`${path}.`)) return 'leave';
    // `dist` in .upignore must not empty node_modules/x/dist (apex/up #765).
    if (isInModules(path)) return development.has(packageOf(path)) || modules.ignores(path) ? 'leave' : 'ship';
    if (own.ignores(path) && hidden.ignores(path)) return isWorthReporting(path) ? 'secret' : 'leave';
    return files.ignores(path) ? 'leave' : 'ship';
  };
}

/** Whether `.upignore` brings back exactly this path: whoever names a file takes it with what is in it. */
export function compileNamed(upignore: string): (path: string) => boolean {
  const names = linesOf(upignore).filter((line) => line.startsWith('!') && !isBlanket(line));
  const named = ignore({ ignorecase: false }).add(names.map((line) => line.slice(1)));
  return (path) => named.ignores(path);
}

/** As `compileNamed`, of the app in `dir`. */
export async function readNamed(dir: string): Promise<(path: string) => boolean> {
  return compileNamed((await readText(join(dir, '.upignore'))) ?? '');
}

function linesOf(upignore: string): string[] {
  return upignore.replace(/^\ufeff/, '').split(/\r?\n/);
}

function isBlanket(line: string): boolean {
  return /^!(.*\/)?[.*]+\/?\s*$/.test(line);
}

function isWorthReporting(path: string): boolean {
  return !/\.(example|sample|template|dist|pub)$/.test(path);
}

/** Packages that the lock file marks as needed for development only. One we cannot read leaves more in, never less. */
async function readDevelopmentPackages(dir: string): Promise<ReadonlySet<string> | undefined> {
  const packages = (await readInstalled(dir)) ?? (await readWanted(dir));
  return packages && new Set(Object.keys(packages).filter((place) => isForDevelopment(packages[place])));
}

function isForDevelopment(entry: unknown): boolean {
  return isRecord(entry) && entry.dev === true;
}
