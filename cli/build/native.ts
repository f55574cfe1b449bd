/**
 * Native code in a package, by the headers of its files: which of it Lambda cannot run, and which of it makes a boot on
 * this machine say nothing of one there.
 */
import { posix } from 'node:path';
import type { StageConfig } from '../../config/index.ts';
import { type GlibcVersion, isNewer, lambdaGlibc, neededGlibc } from './glibc.ts';
import { readStart } from './read-batches.ts';
import type { Found } from './walk.ts';

/** What loads such a file: Linux on a processor, or another system. */
export type Machine = 'x64' | 'arm64' | 'other' | 'darwin' | 'win32';

export interface NativeFile {
  /** In the package. */
  readonly path: string;
  readonly machine: Machine;
  /** The least it loads with, where it is linked to glibc. */
  readonly glibc?: GlibcVersion;
}

type Architecture = StageConfig['lambda']['architecture'];

export interface Machines {
  readonly lambda: Machine;
  /** Where the package is made. */
  readonly here: Machine;
}

/** As Node names the system and the processor of this machine. */
export function machinesOf(
  architecture: Architecture,
  platform: NodeJS.Platform = process.platform,
  arch: string = process.arch,
): Machines {
  const lambda = architecture === 'arm64' ? 'arm64' : 'x64';
  if (platform === 'darwin' || platform === 'win32') return { lambda, here: platform };
  return { lambda, here: arch === 'x64' || arch === 'arm64' ? arch : 'other' };
}

const library = /\.(?:node|so(?:\.\d+)*)$/;
/** What is executable and no program of the processor; on some disks every file is. */
const plainText = /\.(?:[cm]?[jt]sx?|json|map|md|txt|[hc]|html?|css|sh|bash|py|rb|pl|php|ya?ml|toml|lock|svg|d)$/i;

/** The first bytes of what may be native code are read, of nothing else. */
export function findNative(found: readonly Found[]): NativeFile[] {
  return found.flatMap((file) => {
    const { path, executable, target } = file;
    if (target !== undefined || path.startsWith('_up/')) return [];
    if (!library.test(path) && (!executable || plainText.test(path))) return [];
    const machine = machineOf(headOf(file));
    // Programs of other systems ship with tools that know which one to take.
    const counts = machine !== undefined && (isLinux(machine) || path.endsWith('.node'));
    if (!counts) return [];
    const glibc = machine === 'x64' || machine === 'arm64' ? neededGlibc(file.source) : null;
    return [{ path, machine, ...(glibc && { glibc }) }];
  });
}

const headBytes = 20;

/** Zeros where it cannot be read: whoever packs it tells why. */
function headOf({ source }: Found): Buffer {
  const head = Buffer.alloc(headBytes);
  try {
    readStart(head, source);
  } catch {
    head.fill(0);
  }
  return head;
}

/** elf(5): e_machine is at 18, of the byte order that EI_DATA says. */
const elfMachines: Readonly<Record<number, Machine>> = { 62: 'x64', 183: 'arm64' };
/** https://github.com/apple-oss-distributions/xnu/blob/main/EXTERNAL_HEADERS/mach-o/loader.h, and fat.h */
const machMagic = new Set([0xcffaedfe, 0xcefaedfe, 0xfeedfacf, 0xfeedface, 0xcafebabe]);

/** Undefined for what is no native code. */
function machineOf(head: Buffer): Machine | undefined {
  if (head.toString('latin1', 0, 4) === '\u007fELF')
    return elfMachines[head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18)] ?? 'other';
  if (machMagic.has(head.readUInt32BE(0))) return 'darwin';
  return head.toString('latin1', 0, 2) === 'MZ' ? 'win32' : undefined;
}

function isLinux(machine: Machine): boolean {
  return machine !== 'darwin' && machine !== 'win32';
}

/** Tools that build or watch, which apps depend on and do not load where they serve, and what they do without as well. */
const notLoaded = new RegExp(
  `^(?:${[
    'esbuild',
    '@esbuild/.*',
    'rollup',
    '@rollup/.*',
    '@rolldown/.*',
    '@next/swc-.*',
    '@swc/.*',
    '@oxc-.*',
    'lightningcss.*',
    '@tailwindcss/.*',
    '@parcel/.*',
    '@biomejs/.*',
    'sass-embedded.*',
    'turbo-.*',
    'prisma',
    '@prisma/engines',
    'fsevents',
    'bufferutil',
    'utf-8-validate',
    'cpu-features',
  ].join('|')})$`,
);

const packageName = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//;
/** How names of packages, folders and files tell systems and processors apart. */
const systems = 'linux(?:musl|glibc)?(?:32|64)?|darwin|macos|osx|win(?:32|64|dows)?|freebsd|openbsd|android|alpine';
const processors =
  'x86_64|x86|x64|amd64|ia32|i[36]86|arm64|aarch64|arm(?:v\\d\\w*|hf)?|riscv64|ppc64(?:le|el)?|s390x|loong64|universal';
const libraries = 'gnu|gnueabihf|musl|musleabihf|glibc|msvc|libc';
const platformWord = new RegExp(`(?<![a-z0-9])(?:${systems}|${processors}|${libraries})(?![a-z0-9])`, 'gi');

/** The same for files of which an app takes one: those of a package, of packages that differ by system, and so on. */
function familyOf(path: string): string {
  const name = packageName.exec(path)?.[1];
  return (name ?? `./${folderOf(path)}`).replace(platformWord, '').replace(/[-_.]+/g, '-');
}

/** Packages of Python, of which each has many, lie beside the app. */
function folderOf(path: string): string {
  return path.includes('/') ? path.slice(0, path.indexOf('/')) : path;
}

function families(native: readonly NativeFile[]): NativeFile[][] {
  const found = new Map<string, NativeFile[]>();
  for (const file of native) {
    if (notLoaded.test(packageName.exec(file.path)?.[1] ?? '')) continue;
    const family = familyOf(file.path);
    found.set(family, [...(found.get(family) ?? []), file]);
  }
  return [...found.values()];
}

const names: Readonly<Record<Machine, string>> = {
  x64: 'x86_64',
  arm64: 'arm64',
  other: 'another processor',
  darwin: 'macOS',
  win32: 'Windows',
};

/** Native code that Lambda cannot load, with none in its place that it can, and a last line that says what to do. */
export function nativeWarnings(native: readonly NativeFile[], { lambda, here }: Machines): string[] {
  const foreign = families(native).filter(
    (files) =>
      !files.some(({ machine }) => machine === lambda) &&
      files.some(({ machine }) => isLinux(machine) || machine === here),
  );
  if (foreign.length === 0) return [];
  return [...foreign.map((files) => describe(files, lambda)), rebuildHint(foreign.flat(), lambda)];
}

function describe(files: readonly NativeFile[], lambda: Machine): string {
  const first = files.find(({ machine }) => isLinux(machine)) ?? files[0];
  if (first === undefined) return '';
  const more = files.length === 1 ? '' : ` (and ${files.length - 1} more)`;
  return `${first.path}${more} is for ${names[first.machine]}, and the function is ${names[lambda]}`;
}

function rebuildHint(foreign: readonly NativeFile[], lambda: Machine): string {
  const isInstalled = foreign.some(({ path }) => packageName.test(path));
  const example = isInstalled ? `, as with npm install --os=linux --cpu=${lambda}` : '';
  const other = lambda === 'x64' ? 'arm64' : 'x64';
  const fitsOther = foreign.every(({ machine }) => machine === other);
  const instead = fitsOther ? `, or take the other: {"lambda": {"architecture": "${names[other]}"}}` : '';
  return `Make it for Linux on ${names[lambda]}${example}${instead}`;
}

/** Native code for Lambda's processor that asks for a newer glibc than Lambda has, and a last line that says what to do. */
export function glibcWarnings(native: readonly NativeFile[], { lambda }: Machines): string[] {
  const tooNew = families(native).flatMap((files) => {
    const [first, ...more] = files.filter(
      ({ machine, glibc }) => machine === lambda && glibc !== undefined && isNewer(glibc, lambdaGlibc),
    );
    return first === undefined ? [] : [describeNeed(first, more.length)];
  });
  return tooNew.length === 0 ? [] : [...tooNew, olderGlibc(lambda)];
}

function describeNeed({ path, glibc = lambdaGlibc }: NativeFile, more: number): string {
  const others = more === 0 ? '' : ` (and ${more} more)`;
  return `${path}${others} needs glibc ${glibc.join('.')}, and Amazon Linux 2023, which Lambda is, has ${lambdaGlibc.join('.')}`;
}

function olderGlibc(lambda: Machine): string {
  const target = `${lambda === 'x64' ? 'x86_64' : 'aarch64'}-unknown-linux-musl`;
  return `It will not load there: build it in a container of amazonlinux:2023, or without glibc (Go: CGO_ENABLED=0; Rust: --target ${target})`;
}

/** Why a boot on this machine says nothing of one on Lambda: what loads at one of them only. Null when nothing is. */
export function unlikeLambda(native: readonly NativeFile[], { lambda, here }: Machines): string | null {
  for (const files of families(native)) {
    const [there, local] = [lambda, here].map((machine) => files.find((file) => file.machine === machine));
    if (there && !local) return `${there.path} is for ${names[lambda]}, and this machine is ${names[here]}`;
    if (local && !there) return `${local.path} is for ${names[here]}, and the function is ${names[lambda]}`;
  }
  return null;
}

/** Without what is only handed out to clients: programs to be downloaded run elsewhere. */
export function withoutServed(native: readonly NativeFile[], site: string | undefined): NativeFile[] {
  const served = [site, 'public'].flatMap((dir) => (dir === undefined ? [] : [posix.join(dir, '/')]));
  return native.filter(({ path }) => !served.some((folder) => path.startsWith(folder)));
}
