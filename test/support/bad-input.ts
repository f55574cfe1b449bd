/** What a command has to say of a mistake: exit code, stable code, message, evidence and fix, in both forms. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { proposedIn } from '../../cli/errors.ts';
import type { Ran, Sandbox } from './sandbox.ts';

export const goodApp = {
  'app.js': `require('node:http').createServer((req, res) => res.end('v1')).listen(process.env.PORT);`,
};

/** One mistake. */
export interface Case {
  readonly title: string;
  /** The project; the name of the app is `live` unless up.json says otherwise. */
  readonly files: Readonly<Record<string, string>>;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  readonly exit: number;
  readonly code: string;
  readonly message: string | RegExp;
  /** Each stands somewhere on stderr. */
  readonly evidence?: readonly (string | RegExp)[];
  readonly fix: string | RegExp;
}

export async function expectError(sandbox: Sandbox, row: Case, name: string): Promise<void> {
  const cwd = sandbox.project(join(name, 'live'), row.files);
  const options = { cwd, ...(row.env && { env: row.env }) };
  const plain = sandbox.up(row.words, options);
  // Two deploys of one app at a time would meet.
  if (row.code === 'UP_VERIFY_FAILED') await plain;
  const json = sandbox.up([...row.words, '--json'], options);
  expectText(await plain, row);
  expectJson(await json, row);
}

function expectText({ code, stdout, stderr }: Ran, row: Case): void {
  expect({ code, stdout }, stderr).toEqual({ code: row.exit, stdout: '' });
  const text = unwrapped(stderr);
  expect(text).toContain(row.code);
  for (const part of [row.message, ...(row.evidence ?? [])]) expectPart(text, part);
  const [, fix = ''] = /^ {2}Fix {8}(.+(?:\n {13}.+)*)$/m.exec(stderr) ?? [];
  expectPart(fix.replaceAll(/\n +/g, ' '), row.fix);
  expectNoStack(stderr);
}

function expectJson({ code, stdout, stderr }: Ran, row: Case): void {
  expect({ code, stdout }, stderr).toEqual({ code: row.exit, stdout: '' });
  expect(stderr.trimEnd().split('\n'), stderr).toHaveLength(1);
  const { error } = JSON.parse(stderr);
  expect(error).toEqual({
    code: row.code,
    message: expect.any(String),
    hint: expect.any(String),
    next: expect.any(Array),
    ...(error.evidence !== undefined && { evidence: expect.any(String) }),
  });
  expectPart(error.message, row.message);
  expectPart(error.hint, row.fix);
  expect(error.next).toEqual(expect.arrayContaining(proposedIn(error.hint)));
  expectNoStack(`${error.message}\n${error.evidence}`);
}

/** A long message goes on in the next line, under the first. */
function unwrapped(stderr: string): string {
  return `${stderr}\n${stderr.replaceAll(/\s+/g, ' ')}`;
}

function expectPart(text: string, part: string | RegExp): void {
  if (typeof part === 'string') expect(text).toContain(part);
  else expect(text).toMatch(part);
}

/** The app's own stack is evidence; ours never is. */
function expectNoStack(text: string): void {
  expect(text).not.toMatch(/\bat .*(?:dist\/cli|dist\/proxy|node_modules|_up\/)/);
  expect(text).not.toContain('UP_INTERNAL');
}
