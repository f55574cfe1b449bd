/** Lambda's Node runtime has Node and a shell; what else an app runs on has to come with it. */
import { expect, test } from 'vitest';
import type { Build } from '../../cli/build/build.ts';
import { requireInterpreter } from '../../cli/deploy/interpreter.ts';

const layer = 'arn:aws:lambda:eu-west-1:123456789012:layer:python:3';

function build(command: string, interpreter: string | undefined, paths: readonly string[] = []): Build {
  const files = paths.map((path) => ({ path }));
  return { app: { command, why: 'of proxy.command', interpreter }, pkg: { files } } as unknown as Build;
}

test.each([
  ['Node', build('node app.js', 'node')],
  ['a shell', build('sh run.sh', 'sh')],
  ['a program of its own', build('./server', undefined)],
  ['an interpreter that ships', build('python3 app.py', 'python3', ['app.py', 'bin/python3'])],
])('an app of %s deploys', (_title, one) => {
  expect(() => requireInterpreter(one, [])).not.toThrow();
});

test('an app whose interpreter may be in a layer deploys: the version is tried on Lambda before it is live', () => {
  expect(() => requireInterpreter(build('python3 app.py', 'python3', ['app.py']), [layer])).not.toThrow();
});

test('an app of any other is refused before anything is sent, and may be tried here', () => {
  expect(() => requireInterpreter(build('python3 app.py', 'python3', ['app.py']), [])).toThrow(
    expect.objectContaining({
      code: 'UP_RUNTIME_INTERPRETER',
      evidence: 'Command    python3 app.py\nBecause    of proxy.command',
      next: ['up --local'],
    }),
  );
});
