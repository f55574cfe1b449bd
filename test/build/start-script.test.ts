import { describe, expect, it } from 'vitest';
import { describeApp, detect } from '../../cli/build/detect.ts';
import { commandWithout } from '../../cli/build/development-program.ts';
import { howToFix } from '../../cli/build/how-to-fix.ts';
import { type Files, project } from './project.ts';

/** A project whose package of development has these commands. */
function withTool(dependency: string, bin: string | object, scripts: object): Files {
  return {
    'package.json': JSON.stringify({ devDependencies: { [dependency]: '1' }, scripts }),
    [`node_modules/${dependency}/package.json`]: JSON.stringify({ name: dependency, bin }),
  };
}

const nest = { start: 'nest start', build: 'nest build', 'start:prod': 'node dist/main' };
const nestCli = withTool('@nestjs/cli', { nest: 'bin/nest.js' }, nest);

describe('a start script that only development can run', () => {
  it.each<[title: string, files: Files, command: string, why: string]>([
    [
      'of Nest stands back for start:prod',
      nestCli,
      'node dist/main',
      'start of package.json is for development, start:prod is not',
    ],
    [
      'of Angular stands back for the server it has built',
      withTool(
        '@angular/cli',
        { ng: 'bin/ng.js' },
        { start: 'ng serve', 'serve:ssr:shop': 'node dist/shop/server.mjs' },
      ),
      'node dist/shop/server.mjs',
      'start of package.json is for development, serve:ssr:shop is not',
    ],
    [
      'stands back although a part of it would run',
      withTool('typescript', { tsc: 'tsc.js' }, { start: 'tsc && node a.js', 'start:production': 'node a.js' }),
      'node a.js',
      'start of package.json is for development, start:production is not',
    ],
    [
      'is bundled, where it runs TypeScript',
      withTool('tsx', './cli.mjs', { start: 'tsx web.ts', 'start:prod': 'node dist/web.js' }),
      'node app.cjs',
      'package.json has a start script',
    ],
    [
      'is what there is, without another',
      withTool('nodemon', './bin.js', { start: 'nodemon web.js' }),
      'nodemon web.js',
      'package.json has a start script',
    ],
    [
      'is none, when what it needs ships',
      {
        ...nestCli,
        'package.json': JSON.stringify({ dependencies: { '@nestjs/cli': '1' }, scripts: nest }),
      },
      'nest start',
      'package.json has a start script',
    ],
  ])('%s', async (_title, files, command, why) => {
    const app = await detect(project(files));
    expect({ command: app.command, said: describeApp(app) }).toEqual({ command, said: why });
  });
});

describe('without the program of a devDependency', () => {
  it.each([
    ['cross-env NODE_ENV=production node app.js', 'cross-env', 'NODE_ENV=production node app.js'],
    ['nodemon app.js', 'nodemon', 'node app.js'],
    ['DEBUG=1 nodemon src/app.mjs', 'nodemon', 'DEBUG=1 node src/app.mjs'],
    ['tsc && node dist/app.js', 'tsc', 'node dist/app.js'],
    ['nodemon --exec tsx app.ts', 'nodemon', undefined],
    ['run-s build serve', 'run-s', undefined],
    ['concurrently "node a.js" "node b.js"', 'concurrently', undefined],
  ])('%s', (command, program, expected) => expect(commandWithout(command, program)).toBe(expected));
});

describe('what is said of a package', () => {
  const hintOf = async (files: Files, failure: string, output: readonly string[] = [], command?: string) => {
    const dir = project(files);
    const app = await detect(dir, command === undefined ? {} : { command });
    return (await howToFix(failure, output, { stage: 'staging', app, dir, local: true, environment: {} })).hint;
  };
  const ended = 'the app exited with code 127 before listening on PORT';

  it('whose program is of a devDependency', async () => {
    const wrapped = withTool('cross-env', './bin.js', { start: 'cross-env NODE_ENV=production node app.js' });
    expect(await hintOf(wrapped, '"cross-env": no such program in the package or on PATH')).toBe(
      '"cross-env" is of the devDependency cross-env, which does not ship: start with "NODE_ENV=production node app.js"',
    );
    const several = withTool('npm-run-all', { 'run-s': 'bin.js' }, { start: 'run-s build serve' });
    expect(await hintOf(several, ended)).toBe(
      '"run-s" is of the devDependency npm-run-all, which does not ship: start without it, as with "node dist/main.js", or make it one of the dependencies',
    );
  });

  it('whose command in up.json is one, beside a script for production', async () => {
    expect(await hintOf(nestCli, '"nest start": no such program', [], 'nest start')).toBe(
      '"nest" is of the devDependency @nestjs/cli, which does not ship: start with "node dist/main"',
    );
  });

  it('whose file of variables did not ship', async () => {
    const files = { 'package.json': JSON.stringify({ scripts: { start: 'node --env-file=.env app.js' } }) };
    expect(await hintOf(files, 'the app exited with code 9', ['node: .env: not found'])).toBe(
      '.env holds secrets and does not ship: start with --env-file-if-exists=.env (Node 22.9), and give the stage its variables: up env push .env -s staging',
    );
  });
});
