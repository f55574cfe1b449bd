import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { errorTable } from '../../cli/error-table.ts';
import { codes } from '../../http/codes.ts';

const tables = new Set(['http/codes.ts', 'cli/error-table.ts']);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** The codes that a folder's sources name, with the status beside each where there is one. */
function named(folder: string): { code: string; status: string | undefined; file: string }[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !tables.has(`${folder}/${file}`))
    .flatMap((file) => {
      const source = readFileSync(join(root, folder, file), 'utf8');
      const matches = source.matchAll(/(?:new HttpError\(\s*(\d{3}),\s*)?'(UP_[A-Z_]+)'/g);
      return [...matches].map(([, status, code = '']) => ({ code, status, file: `${folder}/${file}` }));
    });
}

const atRunTime = ['http', 'middleware', 'proxy'].flatMap(named);
const ofTheProgram = named('cli');

describe('the tables of errors', () => {
  test('hold every code that is used, and no other', () => {
    const used = new Set(atRunTime.map(({ code }) => code));
    expect([...used].sort()).toEqual(Object.keys(codes).sort());
    const unknown = ofTheProgram.filter(({ code }) => !(code in errorTable) && !(code in codes));
    expect(unknown).toEqual([]);
    const inProgram = new Set([...ofTheProgram, ...named('config')].map(({ code }) => code));
    expect(Object.keys(errorTable).filter((code) => !inProgram.has(code))).toEqual([]);
  });

  test.each(atRunTime.filter(({ status }) => status !== undefined))('agree with $file on $code', ({ code, status }) => {
    expect(String(codes[code as keyof typeof codes]?.status)).toBe(status);
  });
});
