import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveStage, stageNames } from '../../config/index.ts';
import { fileSchema } from '../../config/schema.ts';
import { stageOverrideSchema } from '../../config/stages.ts';
import { parse } from './parse.ts';

const root = join(import.meta.dirname, '../..');

/** Runs the generator; resolves with its exit code and what it said. */
function generate(...args: string[]): Promise<{ code: number; stderr: string }> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['scripts/generate.mjs', ...args], { cwd: root }, (error, _, stderr) => {
      if (error && typeof error.code !== 'number') reject(error);
      else resolve({ code: Number(error?.code ?? 0), stderr });
    });
  });
}

const permissions = ['docs/permissions.md', 'docs/permissions.json'];

describe('the generated files', () => {
  test('schema/up.schema.json and docs/config.md are fresh', async () => {
    expect(await generate('--check')).toEqual({ code: 0, stderr: '' });
  });

  let out: string;
  beforeAll(async () => {
    out = await mkdtemp(join(tmpdir(), 'up-generate-'));
  });
  afterAll(() => rm(out, { recursive: true }));

  test('are reported when they are missing, written, and reported when they are stale', async () => {
    const names = [
      'schema/up.schema.json',
      'docs/config.md',
      'docs/errors.md',
      'docs/local.md',
      'docs/scaling.md',
      ...permissions,
    ];
    const all = names.map((name) => `${name} is stale: run npm run generate\n`).join('');
    expect(await generate('--check', '--out', out)).toEqual({ code: 1, stderr: all });
    expect(await generate('--out', out)).toEqual({ code: 0, stderr: '' });
    expect(await generate('--check', '--out', out)).toEqual({ code: 0, stderr: '' });
    await appendFile(join(out, 'docs/config.md'), 'x');
    expect(await generate('--check', '--out', out)).toEqual({
      code: 1,
      stderr: 'docs/config.md is stale: run npm run generate\n',
    });
  });
});

describe('the JSON Schema', () => {
  let schema: Node;
  beforeAll(async () => {
    schema = JSON.parse(await readFile(join(root, 'schema/up.schema.json'), 'utf8'));
  });

  test('allows comments and trailing commas', () => {
    expect(schema).toMatchObject({ title: 'up.json', allowComments: true, allowTrailingCommas: true });
  });

  test('completes the keys of a stage, whatever its name', () => {
    const stage = { $ref: '#/definitions/StageOverride' };
    expect(schema.properties?.stages).toMatchObject({
      properties: { development: { allOf: [stage] }, staging: { allOf: [stage] }, production: { allOf: [stage] } },
      additionalProperties: stage,
    });
    const keys = Object.keys(schema.definitions?.StageOverride?.properties ?? {});
    expect(keys).toEqual(Object.keys(stageOverrideSchema.shape));
    expect(keys).toEqual(expect.arrayContaining(['lambda', 'proxy', 'environment', 'logs', 'hooks', 'url', 'path']));
  });

  test('requires nothing at the top', () => {
    expect(schema).not.toHaveProperty('required');
  });

  test('knows the reserved variables', () => {
    expect(schema.properties?.environment?.propertyNames?.not?.enum).toContain('PORT');
  });

  test('describes every key and gives an example', () => {
    expect(undescribed(schema, '#')).toEqual([]);
  });
});

interface Node {
  readonly [keyword: string]: unknown;
  readonly description?: string;
  readonly examples?: readonly unknown[];
  readonly properties?: Record<string, Node>;
  readonly definitions?: Record<string, Node>;
  readonly propertyNames?: { readonly not?: { readonly enum?: readonly string[] } };
}

function undescribed(node: Node, path: string): string[] {
  return Object.entries({ ...node.properties, ...node.definitions }).flatMap(([key, child]) => {
    const here = `${path}/${key}`;
    const inStage = path.endsWith('/StageOverride');
    const complete = inStage || child.allOf || (child.description && child.examples?.length);
    return [...(complete ? [] : [here]), ...undescribed(child, here)];
  });
}

describe('up.json.example', () => {
  let text: string;
  beforeAll(async () => {
    text = await readFile(join(root, 'up.json.example'), 'utf8');
  });

  test('parses without a warning, in every stage', () => {
    const { config, warnings } = parse(text);
    expect(warnings).toEqual([]);
    expect(stageNames(config)).toContain('demo');
    for (const stage of stageNames(config)) expect(resolveStage(config, stage)).toMatchObject({ stage });
  });

  test('has every key', () => {
    const { config } = parse(text);
    expect(Object.keys({ ...config, $schema: '' }).sort()).toEqual(Object.keys(fileSchema.shape).sort());
    for (const key of Object.keys({ ...fileSchema.shape, ...stageOverrideSchema.shape }))
      expect(text).toContain(`"${key}":`);
    for (const section of [
      'lambda',
      'proxy',
      'static',
      'logs',
      'hooks',
      'compress',
      'error_pages',
      'inject',
      'basic_auth',
      'maintenance',
    ] as const) {
      const known = Object.keys(fileSchema.shape[section].unwrap().shape);
      expect(Object.keys(config[section]).sort()).toEqual(known.sort());
      for (const key of known) expect(text).toContain(`"${key}":`);
    }
  });
});
