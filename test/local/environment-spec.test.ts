/** What an environment has to be for a version of a function. */
import { expect, test } from 'vitest';
import { environmentSpec } from '../../local/lambda/environment-spec.ts';
import { isStale } from '../../local/lambda/target.ts';
import type { FunctionVersion, LambdaFunction } from '../../local/model.ts';
import { happening, version } from './slots.ts';

const around = { codeDir: '/code', nodeRuntime: '/runtime.mjs', mark: '/state', endpoint: null };

function shop(changes: Partial<FunctionVersion> = {}): FunctionVersion {
  return { ...version('shop'), Handler: 'index.handler', Timeout: 3, Environment: {}, ...changes };
}

test('published versions have an ARN of their own, $LATEST that of the function', () => {
  const arnOf = (Version: string) => environmentSpec(shop({ Version }), 'on-demand', around).functionArn;
  expect(arnOf('7')).toBe('arn:aws:lambda:us-east-1:000000000000:function:shop:7');
  expect(arnOf('$LATEST')).toBe('arn:aws:lambda:us-east-1:000000000000:function:shop');
});

test('X-Ray samples what is traced actively', () => {
  const tracedAt = (TracingMode: string) => environmentSpec(shop({ TracingMode }), 'on-demand', around).traced;
  expect([tracedAt('Active'), tracedAt('PassThrough')]).toEqual([true, false]);
});

test('its command is the runtime, wrapped where it is to be confined', () => {
  const { command } = environmentSpec(shop(), 'on-demand', around);
  const plain = command('127.0.0.1:1', 'stream');
  expect(plain.args).toEqual(['/runtime.mjs']);
  const confined = environmentSpec(shop(), 'on-demand', {
    ...around,
    confine: ({ file, args, env }, codeDir) => ({ file: 'jail', args: [codeDir, file, ...args], env }),
  });
  expect(confined.command('127.0.0.1:1', 'stream')).toEqual({
    file: 'jail',
    args: ['/code', plain.file, ...plain.args],
    env: plain.env,
  });
});

test('an environment is stale when its version is no more, and nobody uses it', () => {
  const { open } = happening();
  // `as`: nothing else of it is looked at.
  const fn = { latest: version('shop', '2'), versions: {} } as unknown as LambdaFunction;
  const has = { ...fn, versions: { 1: version('shop', '1') } };
  expect(isStale(fn, open('idle'))).toBe(true);
  expect(isStale(undefined, open('of a function that was deleted'))).toBe(true);
  expect(isStale(has, open('of a version that is still there'))).toBe(false);
  expect(isStale(fn, open('busy', { state: 'busy' }))).toBe(false);
  expect(isStale(fn, open('spoken for', { reserved: true }))).toBe(false);
});
