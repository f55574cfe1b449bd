/** The package of the drill: the built proxy beside the fault app, with a stage for each way of starting it. */
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { appsScript } from '../../cli/build/apps-script.ts';
import type { PackagedConfig } from '../../proxy/settings.ts';
import { noFeatures } from '../proxy/wire.ts';

export interface DrillPackage {
  /** As /var/task. */
  readonly dir: string;
  /** Where environments keep their ledgers. */
  readonly work: string;
  readonly nodeRuntime: string;
  remove(): void;
}

/** `named` finds its program on PATH, from which it can be taken away. */
export type Stage = 'node' | 'shell' | 'named' | 'missing' | 'locked' | 'streamed' | 'patient' | 'impatient';

export const functionTimeout = 3;
/** `proxy.timeout` as a deploy sets it, and the one of paths under /short/. */
export const proxyTimeout = functionTimeout - 0.5;
export const shortTimeout = 0.7;
/** Seconds; of the stage `impatient`. */
const shortListenTimeout = 0.6;

export function makePackage(root: string): DrillPackage {
  if (!existsSync(join(root, 'dist/proxy/runtime.cjs'))) throw new Error('there is no dist/: npm run build');
  const base = mkdtempSync(join(tmpdir(), 'up-drill-'));
  const dir = join(base, 'task');
  cpSync(join(root, 'dist/proxy'), join(dir, '_up'), { recursive: true });
  cpSync(join(root, 'test/drill/apps'), dir, { recursive: true });
  writeFileSync(join(dir, 'locked'), '#!/bin/sh\n', { mode: 0o644 });
  writeFileSync(join(dir, '_up/config.json'), JSON.stringify(config));
  writeFileSync(join(dir, '_up/apps.bash'), appsScript(config));
  chmodSync(join(dir, '_up/bootstrap'), 0o755);
  const work = join(base, 'work');
  mkdirSync(work);
  return {
    dir,
    work,
    nodeRuntime: join(root, 'dist/cli/node-runtime.js'),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Puts the program of the stage `named` on an environment's PATH. */
export function provideProgram(dir: string): void {
  mkdirSync(dirname(programIn(dir)), { recursive: true });
  if (!existsSync(programIn(dir))) symlinkSync(process.execPath, programIn(dir));
}

export function removeProgram(dir: string): void {
  rmSync(programIn(dir), { force: true });
}

function programIn(dir: string): string {
  return join(dir, 'bin', 'drill-node');
}

type Settings = PackagedConfig['stages'][string];

function stage(app: Settings['app'], proxy: Partial<Settings['proxy']> = {}): Settings {
  return {
    ...noFeatures,
    name: 'drill',
    app,
    path: '',
    proxy: {
      events_path: '/events',
      error_statuses: ['500-599'],
      timeout: proxyTimeout,
      timeouts: { '/short/*': shortTimeout },
      listen_timeout: 15,
      background: 0,
      stream: false,
      ...proxy,
    },
  };
}

const node = { command: 'node fault.mjs', argv: ['node', 'fault.mjs'], node: true };

const config = {
  version: 1,
  stages: {
    node: stage(node),
    shell: stage({ command: 'node fault.mjs; exit $?', argv: null, node: false }),
    named: stage({ command: 'drill-node fault.mjs', argv: ['drill-node', 'fault.mjs'], node: false }),
    missing: stage({ command: './missing', argv: ['./missing'], node: false }),
    locked: stage({ command: './locked', argv: ['./locked'], node: false }),
    streamed: stage(node, { stream: true }),
    patient: stage(node, { listen_timeout: 25 }),
    impatient: stage(node, { listen_timeout: shortListenTimeout }),
  } satisfies Record<Stage, Settings>,
} satisfies PackagedConfig;
