/** Native code in a package: for which machine it is, what is said of it, and whether a boot here tells anything. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, test } from 'vitest';
import {
  glibcWarnings,
  type Machine,
  machinesOf,
  nativeWarnings,
  unlikeLambda,
  withoutServed,
} from '../../cli/build/native.ts';
import { pack, project } from './project.ts';

/** The header of an ELF file, https://man7.org/linux/man-pages/man5/elf.5.html */
function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\u007fELF\u0002\u0001\u0001', 'latin1');
  head.writeUInt16LE(machine, 18);
  return head;
}
const [x64, arm64, arm] = [elf(62), elf(183), elf(40)];
const mach = Buffer.from('cffaedfe0c000001'.padEnd(64, '0'), 'hex');

function packed(files: Readonly<Record<string, Buffer | string>>) {
  const dir = project({ 'app.js': 'require("node:http").createServer().listen(process.env.PORT)' });
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), content);
    if (path.includes('bin/')) chmodSync(join(dir, path), 0o755);
  }
  return pack(dir);
}

test('it is found by the header of what may be some: .node, .so, and executables', async () => {
  const { native } = await packed({
    'node_modules/a/a.node': x64,
    'node_modules/a/b.node': mach,
    'node_modules/a/c.node': 'no code',
    'lib/libvips.so.42.1': arm64,
    'lib/data.dat': arm64,
    'bin/tool': arm,
    'bin/script': '#!/bin/sh\necho it is long enough to be a program\n',
    'bin/other-system': mach,
  });
  expect(native).toEqual([
    { path: 'bin/tool', machine: 'other' },
    { path: 'lib/libvips.so.42.1', machine: 'arm64' },
    { path: 'node_modules/a/a.node', machine: 'x64' },
    { path: 'node_modules/a/b.node', machine: 'darwin' },
  ]);
});

/** One segment that is all of the file, its dynamic section, and what that needs of one library by these names. */
function linked(machine: number, names: readonly string[], flags = 0): Buffer {
  const file = Buffer.concat([elf(machine), Buffer.alloc(400)]);
  const [segments, dynamic, needs, strings] = [64, 176, 240, 400];
  file.writeBigUInt64LE(BigInt(segments), 32);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(2, 56);
  const segment = (at: number, type: number, offset: number, size: number) => {
    file.writeUInt32LE(type, at);
    for (const [place, value] of [
      [8, offset],
      [16, 0x1000 + offset],
      [32, size],
    ] as const)
      file.writeBigUInt64LE(BigInt(value), at + place);
  };
  segment(segments, 1, 0, file.length);
  segment(segments + 56, 2, dynamic, 64);
  const tags = [5, 0x1000 + strings, 0x6ffffffe, 0x1000 + needs, 0x6fffffff, 1, 0, 0];
  for (const [index, value] of tags.entries()) file.writeBigUInt64LE(BigInt(value), dynamic + index * 8);
  file.writeUInt16LE(names.length, needs + 2);
  file.writeUInt32LE(16, needs + 8);
  for (const [index, name] of names.entries()) {
    const at = needs + 16 + index * 16;
    file.writeUInt16LE(flags, at + 4);
    file.writeUInt32LE(index * 16, at + 8);
    file.writeUInt32LE(16, at + 12);
    file.write(`${name}\0`, strings + index * 16, 'latin1');
  }
  return file;
}

describe('a glibc that Lambda does not have', () => {
  const onIntel = machinesOf('x86_64', 'linux', 'x64');
  const said = async (files: Readonly<Record<string, Buffer>>) => glibcWarnings((await packed(files)).native, onIntel);

  it('is said to be needed, by the newest of the versions that a file asks for', async () => {
    expect(
      await said({
        'bin/server': linked(62, ['GLIBC_2.17', 'GLIBC_2.38', 'GLIBC_2.9']),
        'bin/x': linked(62, ['GLIBC_2.36']),
      }),
    ).toEqual([
      'bin/server (and 1 more) needs glibc 2.38, and Amazon Linux 2023, which Lambda is, has 2.34',
      'It will not load there: build it in a container of amazonlinux:2023, or without glibc (Go: CGO_ENABLED=0; Rust: --target x86_64-unknown-linux-musl)',
    ]);
  });

  it.each([
    ['what is linked to one it has', linked(62, ['GLIBC_2.34', 'GLIBC_PRIVATE'])],
    ['what is done without where it is not there', linked(62, ['GLIBC_2.38'], 2)],
    ['another libc', linked(62, ['LIBC_9.9'])],
    ['what is linked to nothing', x64],
    ['what ends before it says so', linked(62, ['GLIBC_2.38']).subarray(0, 250)],
    ['another processor, of which more is said', linked(183, ['GLIBC_2.38'])],
  ])('is not for %s', async (_title, file) => {
    expect(await said({ 'bin/server': file })).toEqual([]);
  });
});

const native = (files: Readonly<Record<string, Machine>>) =>
  Object.entries(files).map(([path, machine]) => ({ path, machine }));

describe('it is said what Lambda cannot load', () => {
  const onArm = machinesOf('arm64', 'linux', 'x64');

  it('says nothing of what an app does without', () => {
    const files = {
      'node_modules/bufferutil/prebuilds/darwin-arm64/bufferutil.node': 'darwin',
      'node_modules/bufferutil/prebuilds/linux-x64/bufferutil.node': 'x64',
    } as const;
    expect([nativeWarnings(native(files), onArm), unlikeLambda(native(files), onArm)]).toEqual([[], null]);
  });

  it('names one for Linux before any other, and the packages of Python once each', () => {
    const files = {
      'node_modules/a/prebuilds/darwin-arm64/a.node': 'darwin',
      'node_modules/a/prebuilds/linux-x64/a.node': 'x64',
      'numpy/_core/a.so': 'x64',
      'numpy/_core/b.so': 'x64',
    } as const;
    expect(nativeWarnings(native(files), onArm).slice(0, 2)).toEqual([
      'node_modules/a/prebuilds/linux-x64/a.node (and 1 more) is for x86_64, and the function is arm64',
      'numpy/_core/a.so (and 1 more) is for x86_64, and the function is arm64',
    ]);
  });

  it('names the file, counts those beside it, and tells how to get the other', () => {
    const files = {
      'node_modules/@img/sharp-linux-x64/lib/sharp.node': 'x64',
      'node_modules/@img/sharp-libvips-linux-x64/lib/libvips.so.42': 'x64',
      'node_modules/bcrypt/build/Release/bcrypt.node': 'x64',
      'node_modules/bcrypt/build/Release/obj.target/bcrypt.node': 'x64',
    } as const;
    expect(nativeWarnings(native(files), onArm)).toEqual([
      'node_modules/@img/sharp-linux-x64/lib/sharp.node is for x86_64, and the function is arm64',
      'node_modules/@img/sharp-libvips-linux-x64/lib/libvips.so.42 is for x86_64, and the function is arm64',
      'node_modules/bcrypt/build/Release/bcrypt.node (and 1 more) is for x86_64, and the function is arm64',
      'Make it for Linux on arm64, as with npm install --os=linux --cpu=arm64, or take the other: {"lambda": {"architecture": "x86_64"}}',
    ]);
  });

  it('names a program that the app brings, and on macOS what was installed for macOS', () => {
    expect(nativeWarnings(native({ server: 'x64' }), onArm)).toEqual([
      'server is for x86_64, and the function is arm64',
      'Make it for Linux on arm64, or take the other: {"lambda": {"architecture": "x86_64"}}',
    ]);
    const installed = native({ 'node_modules/@img/sharp-darwin-arm64/lib/sharp.node': 'darwin' });
    expect(nativeWarnings(installed, machinesOf('x86_64', 'darwin', 'arm64'))).toEqual([
      'node_modules/@img/sharp-darwin-arm64/lib/sharp.node is for macOS, and the function is x86_64',
      'Make it for Linux on x86_64, as with npm install --os=linux --cpu=x64',
    ]);
  });

  it.each<[what: string, files: Readonly<Record<string, Machine>>]>([
    ['what is for it', { server: 'arm64', 'node_modules/a/build/Release/a.node': 'arm64' }],
    [
      'a package with prebuilt files for many',
      {
        'node_modules/bcrypt/prebuilds/darwin-arm64/bcrypt.node': 'darwin',
        'node_modules/bcrypt/prebuilds/linux-arm/bcrypt.node': 'other',
        'node_modules/bcrypt/prebuilds/linux-arm64/bcrypt.node': 'arm64',
        'node_modules/bcrypt/prebuilds/linux-x64/bcrypt.node': 'x64',
        'node_modules/bcrypt/prebuilds/win32-x64/bcrypt.node': 'win32',
      },
    ],
    [
      'a package for each system, the right one among them',
      {
        'node_modules/@img/sharp-linux-x64/lib/sharp-linux-x64.node': 'x64',
        'node_modules/@img/sharp-linux-arm64/lib/sharp-linux-arm64.node': 'arm64',
        'node_modules/@img/sharp-linuxmusl-x64/lib/sharp-linuxmusl-x64.node': 'x64',
        'node_modules/a/node_modules/@napi-rs/canvas-linux-x64-gnu/skia.linux-x64-gnu.node': 'x64',
        'node_modules/.pnpm/x@1/node_modules/@napi-rs/canvas-linux-arm64-musl/skia.linux-arm64-musl.node': 'arm64',
      },
    ],
    ['engines of Prisma for both', { ...engines('node_modules/.prisma/client/') }],
    ['programs of the app for both', { 'bin/linux-x64/tool': 'x64', 'bin/linux-arm64/tool': 'arm64' }],
    ['programs whose names differ', { 'bin/tool_linux_amd64': 'x64', 'bin/tool_linux_arm64': 'arm64' }],
    [
      'tools of a build',
      {
        'node_modules/esbuild/bin/esbuild': 'x64',
        'node_modules/@esbuild/linux-x64/bin/esbuild': 'x64',
        'node_modules/@next/swc-linux-x64-gnu/next-swc.linux-x64-gnu.node': 'x64',
        'node_modules/@rollup/rollup-linux-x64-gnu/rollup.linux-x64-gnu.node': 'x64',
      },
    ],
    ['files of another system than this one', { 'node_modules/mac/mac.node': 'darwin' }],
  ])('but nothing of %s', (_what, files) => {
    expect(nativeWarnings(native(files), onArm)).toEqual([]);
  });

  test('nor of what a client may download', () => {
    const files = native({ 'public/tool': 'x64', 'dist/site/tool': 'x64', 'bin/tool': 'x64' });
    expect(withoutServed(files, 'dist/site')).toEqual([{ path: 'bin/tool', machine: 'x64' }]);
  });
});

function engines(folder: string): Readonly<Record<string, Machine>> {
  return {
    [`${folder}libquery_engine-debian-openssl-3.0.x.so.node`]: 'x64',
    [`${folder}libquery_engine-linux-arm64-openssl-3.0.x.so.node`]: 'arm64',
  };
}

describe('a boot here tells nothing', () => {
  const onX64 = machinesOf('arm64', 'linux', 'x64');
  const onMac = machinesOf('arm64', 'darwin', 'arm64');

  it.each<[string, Readonly<Record<string, Machine>>, typeof onX64, string]>([
    ['of a right program', { server: 'arm64' }, onX64, 'server is for arm64, and this machine is x86_64'],
    ['of a wrong one', { server: 'x64' }, onX64, 'server is for x86_64, and the function is arm64'],
    ['of one of Linux, on macOS', { server: 'arm64' }, onMac, 'server is for arm64, and this machine is macOS'],
  ])('%s', (_what, files, machines, why) => {
    expect(unlikeLambda(native(files), machines)).toBe(why);
  });

  it.each<[string, Readonly<Record<string, Machine>>, typeof onX64]>([
    ['on a machine like Lambda', { server: 'x64' }, machinesOf('x86_64', 'linux', 'x64')],
    ['of an app without native code', {}, onX64],
    ['of a package with files for both', { 'node_modules/a/x.node': 'x64', 'node_modules/a/y.node': 'arm64' }, onX64],
    ['of a package with files for both systems', engines('node_modules/.prisma/client/'), onX64],
  ])('but does %s', (_what, files, machines) => {
    expect(unlikeLambda(native(files), machines)).toBeNull();
  });
});
