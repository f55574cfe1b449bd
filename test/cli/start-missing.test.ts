/** What `up start` tells of an app that does not start for want of something. */
import { describe, expect, it } from 'vitest';
import { detect } from '../../cli/build/detect.ts';
import { otherPort, whatIsMissing } from '../../cli/commands/start/unbuilt.ts';
import { type Files, project } from '../build/project.ts';

const exited = 'the app exited with code 1 before listening on PORT';
const notStarted = 'the app could not be started: "serve": no such program in the package or on PATH';

async function told(files: Files, message: string, ...stderr: readonly string[]): Promise<string | null> {
  const dir = project({ 'app.js': '', ...files });
  const record = { timestamp: '', level: 'error', message, fields: { stderr } } as const;
  return whatIsMissing(record, dir, await detect(dir));
}

const needs = { 'package.json': '{"dependencies": {"express": "5"}, "devDependencies": {"tsx": "4"}}' };

describe('after a clone', () => {
  it.each<[title: string, files: Files, message: string, said: string, told: string]>([
    ['of an app', needs, exited, "Error: Cannot find module 'express'", 'npm install'],
    [
      'of one that pnpm manages',
      { ...needs, 'pnpm-lock.yaml': '' },
      exited,
      "Cannot find package 'express'",
      'pnpm install',
    ],
    ['of one that takes a devDependency', needs, exited, "Cannot find module 'tsx/cjs'", 'npm install'],
    ['of one that a program of a package starts', needs, notStarted, '', 'npm install'],
    ['of one of Python', {}, exited, "ModuleNotFoundError: No module named 'flask'", 'pip install -t . flask'],
  ])('%s, how to install its packages', async (_title, files, message, said, install) => {
    expect(await told(files, message, said)).toBe(`install what it asks for: ${install}`);
  });
});

it('of a program that no package has, nothing once they are installed', async () => {
  expect(await told({ ...needs, 'node_modules/express/index.js': '' }, notStarted)).toBe(null);
});

it('of a program that cargo makes, how', async () => {
  const up = '{"proxy": {"command": "./target/release/shop"}}';
  const dir = project({ 'Cargo.toml': '', 'up.json': up });
  const app = await detect(dir, { command: './target/release/shop' });
  expect(whatIsMissing({ timestamp: '', level: 'error', message: notStarted, fields: {} }, dir, app)).toBe(
    './target/release/shop is not there. If your build makes it, run it first: cargo build --release',
  );
});

it.each([
  ['a moment after it does', 'the app listens on 4000, but not on PORT', {}],
  ['when it was waited for', 'the app did not listen on PORT within 15 s', { listens_on: [4000] }],
])('of an app that listens on a port of its own, what it should listen on: %s', async (_title, message, fields) => {
  const app = await detect(project({ 'app.js': '' }));
  expect(otherPort({ timestamp: '', level: 'warn', message, fields }, app)).toBe(
    'let it listen on the PORT of its environment, in Node: process.env.PORT ?? 4000 in place of 4000',
  );
  expect(
    otherPort({ timestamp: '', level: 'warn', message: 'the app did not listen on PORT within 15 s', fields: {} }, app),
  ).toBe(null);
});

it('of what only its author knows, nothing', async () => {
  expect(await told(needs, exited, 'Error: DATABASE_URL is not set')).toBe(null);
});

it('of a program that is a file of the app, nothing of packages', async () => {
  const files = { 'package.json': '{"scripts": {"start": "./target/server"}, "dependencies": {"express": "5"}}' };
  expect(await told(files, notStarted)).toBe(null);
});
