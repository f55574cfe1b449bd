/** How a release is watched and judged, what is said of one that fails, and what the flags mean. */
import { CreateAliasCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readAlias } from '../../cli/aws/resources/alias.ts';
import { createSession } from '../../cli/aws/session.ts';
import { type Reporter, silentReporter } from '../../cli/output/reporter.ts';
import { readCanary, readWatch } from '../../cli/releases/flags.ts';
import { describeSeen, isOver, releaseFailed, toSeen, type Watch, watchRelease } from '../../cli/releases/watch.ts';
import { countInvocation } from '../../local/metrics/invocations.ts';
import { createFunction, createRole, publishVersions } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { clientsOf } from '../support/deploys.ts';

const record = {
  timestamp: '2026-11-26T10:00:00.000Z',
  level: 'error',
  message: 'response',
  fields: { status: 500, method: 'GET', path: '/pets' },
};
const failed = (count: number) => Array.from({ length: count }, () => record);

describe('what has been seen', () => {
  test.each([
    [
      'an answer of 500 is a request that failed',
      { invocations: 30, errors: 0, responses: 30, failed: failed(3) },
      30,
      3,
    ],
    ['so is an invocation that failed', { invocations: 30, errors: 2, responses: 28, failed: [] }, 30, 2],
    ['both count', { invocations: 30, errors: 2, responses: 28, failed: failed(3) }, 30, 5],
    ['the log is ahead of the metrics', { invocations: 0, errors: 0, responses: 25, failed: failed(1) }, 25, 1],
    ['failures are never more than requests', { invocations: 0, errors: 4, responses: 2, failed: failed(2) }, 6, 6],
  ])('%s', (_title, counts, requests, failures) => {
    expect(toSeen(counts)).toEqual({ requests, failures });
  });
});

describe('a release is over the bound', () => {
  const bound = { share: 0.05, requests: 20 };

  test.each([
    ['with more than 5 % of 20 requests', { requests: 20, failures: 2 }, true],
    ['not with 5 % of them', { requests: 20, failures: 1 }, false],
    ['not with fewer than 20, even if all fail', { requests: 19, failures: 19 }, false],
    ['with a little more than 5 % of many', { requests: 1000, failures: 51 }, true],
    ['not without requests', { requests: 0, failures: 0 }, false],
  ])('%s', (_title, seen, over) => {
    expect(isOver(seen, bound)).toBe(over);
  });

  test('and the step says so far how many, and whether they are enough', () => {
    expect(describeSeen({ requests: 1, failures: 0 }, { bound })).toBe('1 request, 0 failures, too few to judge');
    expect(describeSeen({ requests: 20, failures: 1 }, { bound })).toBe('20 requests, 1 failure');
  });
});

describe('a release that fails', () => {
  const pointing = { version: '1', canary: null, before: '' };
  const watched = { version: '2', revision: undefined, back: pointing };

  test('is told of with what failed, the last three answers of it, and where the stage is now', () => {
    const { fields } = record;
    const longest = `/${'x'.repeat(39)}`;
    const answers = [
      { ...record, fields: { ...fields, path: '/first' } },
      { ...record, fields: { ...fields, path: longest } },
      { ...record, fields: { ...fields, path: `${longest}y`, status: 503 } },
      { ...record, fields: { ...fields, path: '/a\u001b[31m', method: 'P\nT' } },
    ];
    const error = releaseFailed('staging', watched, { invocations: 40, errors: 1, responses: 40, failed: answers });
    expect(error).toMatchObject({
      code: 'UP_WATCH_FAILED',
      message: 'v2 fails: 5 of 40 requests, 12.5 %',
      hint: 'up logs -s staging',
      next: ['up logs -s staging'],
    });
    expect(error.evidence?.split('\n')).toEqual([
      'Functions  1 failed invocation',
      'Answers    4 of 500 and more, the last of them:',
      `           500  GET ${longest}`,
      `           503  GET /${'x'.repeat(38)}…`,
      '           500  P T /a[31m',
      'Rolled back: staging is v1 again.',
    ]);
  });

  test('stays where nothing was live before', () => {
    const counts = { invocations: 2, errors: 2, responses: 0, failed: [] };
    expect(releaseFailed('staging', { ...watched, back: null }, counts).evidence?.split('\n')).toEqual([
      'Functions  2 failed invocations',
      'Answers    0 of 500 and more',
      'It stays live: nothing was live on staging before.',
    ]);
  });
});

describe('a watch', () => {
  /** By stage: what happens once it is known what was counted before. */
  const during = new Map<string, () => void>();
  let platform: Platform;

  beforeAll(async () => {
    const looks = new Map<string, number>();
    platform = await startPlatform({
      onCall(_service, operation, input) {
        if (operation !== 'GetMetricData') return;
        const stage = /app:(\w+)/.exec(JSON.stringify(input))?.[1] ?? '';
        looks.set(stage, (looks.get(stage) ?? 0) + 1);
        if (looks.get(stage) === 2) during.get(stage)?.();
      },
    });
    await createRole(platform);
    await createFunction(platform);
    await publishVersions(platform, 2);
    answer('staging', '2', 500, { at: Date.now() - 60_000 });
  });
  afterAll(() => platform.stop());

  /** Invocations of a version by way of a stage, the first of which fail. */
  function invoke(stage: string, version: string, invocations: number, errors: number): void {
    const counted = { functionName: 'app', qualifier: stage, executedVersion: version };
    for (let n = 0; n < invocations; n++) countInvocation(platform.metrics, counted, n < errors);
  }

  function answer(stage: string, version: string, status: number, { at = Date.now(), cold = false as unknown } = {}) {
    const about = { app: 'app', stage, version, request_id: 'a', method: 'GET', path: '/pets' };
    const message = JSON.stringify({ ...record, fields: { ...about, status, duration: 1, size: 1, cold } });
    platform.logs.put('/aws/lambda/app', `2026/11/26/[${version}]d3adbeef`, [{ timestamp: at, message }]);
  }

  /** Of version 2, which has just followed version 1 on the stage. */
  async function watch(stage: string, watch: Watch) {
    const alias = { FunctionName: 'app', Name: stage, FunctionVersion: '2', Description: 'from v1' };
    const { RevisionId: revision } = await platform.lambda.send(new CreateAliasCommand(alias));
    const session = createSession({
      env: {},
      region: undefined,
      profile: undefined,
      config: { regions: [] },
      localUrl: platform.url,
    });
    const said: string[] = [];
    const report: Reporter = { ...silentReporter, step: (_label, work) => work((text) => said.push(text)) };
    const place = { session, clients: clientsOf(platform), app: 'app', stage };
    const back = { version: '1', canary: null, before: '' };
    const seen = await watchRelease({ report }, place, watch, { version: '2', revision, back }).catch((error) => error);
    return { seen, said, now: await readAlias(platform, place) };
  }

  test.concurrent('takes a release back that fails too often, by what came of it alone', async () => {
    invoke('staging', '2', 9, 9);
    during.set('staging', () => {
      invoke('staging', '2', 2, 1);
      for (const status of [500, 200, 499, 503]) answer('staging', '2', status);
      invoke('staging', '1', 9, 9);
      invoke('production', '2', 9, 9);
      answer('staging', '1', 500);
      answer('production', '2', 500);
      answer('staging', '2', 500, { cold: 'it is no record of ours' });
    });
    const { seen, now } = await watch('staging', { milliseconds: 60_000, bound: { share: 0.5, requests: 4 } });
    expect(seen).toMatchObject({ code: 'UP_WATCH_FAILED', message: 'v2 fails: 3 of 4 requests, 75 %' });
    expect(now).toMatchObject({ version: '1', canary: null, before: '' });
  });

  test.concurrent('leaves it where it is when its time is over, and gives what was seen', async () => {
    during.set('beta', () => invoke('beta', '2', 3, 1));
    const { seen, said, now } = await watch('beta', { milliseconds: 1, bound: { share: 0, requests: 4 } });
    expect(seen).toEqual({ requests: 3, failures: 1 });
    expect(said).toEqual(['3 requests, 1 failure, too few to judge']);
    expect(now).toMatchObject({ version: '2', before: '1' });
  });

  test.concurrent('takes nothing back from whoever has moved the stage meanwhile', async () => {
    during.set('gamma', () => {
      invoke('gamma', '2', 1, 1);
      (platform.store.state.functions.app?.aliases.gamma as { RevisionId: string }).RevisionId = 'another';
    });
    const { seen, now } = await watch('gamma', { milliseconds: 60_000, bound: { share: 0, requests: 1 } });
    expect(seen).toMatchObject({ name: 'PreconditionFailedException' });
    expect(now).toMatchObject({ version: '2' });
  });
});

describe('the flags', () => {
  test.each<[title: string, args: object, watch: object | undefined]>([
    ['no watch by default', {}, undefined],
    ['two minutes', { watch: '2m' }, { milliseconds: 120_000, bound: { share: 0.05, requests: 20 } }],
    [
      'another bound',
      { watch: '90s', 'max-errors': '0.5 %', 'min-requests': 1000 },
      { milliseconds: 90_000, bound: { share: 0.005, requests: 1000 } },
    ],
    [
      'no failure at all',
      { watch: '1s', 'max-errors': '0%' },
      { milliseconds: 1_000, bound: { share: 0, requests: 20 } },
    ],
  ])('mean %s', (_title, args, watch) => {
    expect(readWatch({ ...args })).toEqual(watch);
  });

  test.each<[title: string, args: object]>([
    ['a watch that is no time', { watch: 'soon' }],
    ['a watch of no time', { watch: '0s' }],
    ['a watch of more than an hour', { watch: '2h' }],
    ['a bound without a percent sign', { watch: '2m', 'max-errors': '5' }],
    ['a bound of everything', { watch: '2m', 'max-errors': '100%' }],
    ['a bound without a watch', { 'max-errors': '1%' }],
    ['a number of requests without a watch', { 'min-requests': 10 }],
    ['no request', { watch: '2m', 'min-requests': 0 }],
    ['one request and a half', { watch: '2m', 'min-requests': 1.5 }],
  ])('refuse %s', (_title, args) => {
    expect(() => readWatch({ ...args })).toThrow(expect.objectContaining({ code: 'UP_USAGE' }));
  });

  test('take a canary in percent, and nothing else', () => {
    expect(readCanary({})).toBe(1);
    expect(readCanary({ canary: '12.5%' })).toBe(0.125);
    for (const canary of ['10', '0%', '100%', '-1%', 'some'])
      expect(() => readCanary({ canary })).toThrow(expect.objectContaining({ code: 'UP_USAGE' }));
  });
});
