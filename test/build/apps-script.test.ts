import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { appsScript } from '../../cli/build/apps-script.ts';
import type { PackagedStage } from '../../cli/build/packaged-config.ts';

const started = (
  argv: readonly string[] | null,
  rest: { command?: string; node?: boolean; background?: number } = {},
) =>
  ({
    app: { command: rest.command ?? '', argv, node: rest.node ?? false },
    proxy: { background: rest.background ?? 0 },
  }) satisfies PackagedStage;

const script = appsScript({
  version: 1,
  stages: {
    staging: started(['node', 'app.js'], { node: true }),
    production: started(['node', 'app.js'], { node: true, background: 2 }),
    'preview-own': started(['./own']),
    strange: started([`it's`, '$HOME `id` "x" \\', 'two\nlines', '*', '', 'é']),
    shell: started(null, { command: `echo 'a' && b` }),
    files: { app: null, proxy: { background: 0 } },
  },
});

interface Read {
  readonly argv: readonly string[];
  readonly hook: string;
  readonly background: string;
}

function read(stage: string | undefined): Read {
  const print = `up_argv=() up_hook= up_background=\n${script}\nprintf '%s\\0' "$up_hook" "$up_background" "\${up_argv[@]}"`;
  const env = { PATH: process.env.PATH, ...(stage !== undefined && { UP_STAGE: stage }) };
  const [hook = '', background = '', ...argv] = execFileSync('bash', ['--norc', '-c', print], { env })
    .toString()
    .split('\0')
    .slice(0, -1);
  return { argv, hook, background };
}

describe.skipIf(!existsSync('/bin/bash'))('the bash of the package', () => {
  test.each<[string, string | undefined, Read]>([
    ['staging, where no stage is said', undefined, { argv: ['node', 'app.js'], hook: '1', background: '' }],
    ['staging', 'staging', { argv: ['node', 'app.js'], hook: '1', background: '' }],
    ['work after the answer', 'production', { argv: ['node', 'app.js'], hook: '1', background: '1' }],
    ['a preview as staging', 'preview-x', { argv: ['node', 'app.js'], hook: '1', background: '' }],
    ['a preview that has settings of its own', 'preview-own', { argv: ['./own'], hook: '', background: '' }],
    [
      'words as they are',
      'strange',
      { argv: [`it's`, '$HOME `id` "x" \\', 'two\nlines', '*', '', 'é'], hook: '', background: '' },
    ],
    ['a command for a shell', 'shell', { argv: ['/bin/sh', '-c', `echo 'a' && b`], hook: '', background: '' }],
    ['nothing where files are all there is', 'files', { argv: [], hook: '', background: '' }],
    ['nothing of a stage that is not there', 'none', { argv: [], hook: '', background: '' }],
  ])('reads %s', (_title, stage, expected) => {
    expect(read(stage)).toEqual(expected);
  });
});
