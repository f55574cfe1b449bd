/** `up status`: what each stage is at, read from a local platform over the wire; and how it is shown. */
import { PublishVersionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSession } from '../../cli/aws/session.ts';
import type { Release } from '../../cli/releases/release.ts';
import { readStatus, type StageStatus } from '../../cli/status/read.ts';
import { renderStatus } from '../../cli/status/render.ts';
import { toKeeping } from '../../cli/warm/schedule.ts';
import { parseConfig } from '../../config/index.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { clientsOf, deploySteps, identity, wantedOf } from '../support/deploys.ts';

describe('of an app', () => {
  let platform: Platform;
  let stages: StageStatus[];

  beforeAll(async () => {
    platform = await startPlatform();
    const clients = clientsOf(platform);
    const warm = { lambda: { warm: true, warm_count: 3, warm_rate: '10m' } };
    await deploySteps(clients, wantedOf(warm));
    await deploySteps(clients, wantedOf(warm, { code: 'two' }));
    await deploySteps(
      clients,
      wantedOf({ stages: { gone: { url: 'function_url' } } }, { stage: 'gone', code: 'three' }),
    );
    const split = { FunctionName: 'shop', Name: 'staging', FunctionVersion: '1' };
    await platform.lambda.send(
      new UpdateAliasCommand({ ...split, RoutingConfig: { AdditionalVersionWeights: { 2: 0.1 } } }),
    );
    const { config } = parseConfig(JSON.stringify({ name: 'shop', ...warm }), { file: 'up.json' });
    const project = { dir: '', config, warnings: [], hasFile: true };
    const options = { env: {}, region: undefined, profile: undefined, config: { regions: [] } };
    const session = createSession({ ...options, localUrl: platform.url });
    stages = await readStatus(session, project, { clients, app: 'shop', identity }, null);
  });
  afterAll(() => platform.stop());

  test('are the stages of up.json, and those that are there without it', () => {
    expect(stages.map(({ stage, known, live }) => [stage, known, live.length > 0])).toEqual([
      ['staging', true, true],
      ['production', true, false],
      ['gone', false, true],
    ]);
  });

  test('each has its releases, with their shares', () => {
    const live = stages[0]?.live.map(({ release, share }) => [release.version, release.author, share]);
    expect(live).toEqual([
      ['1', 'Ada', 0.9],
      ['2', 'Ada', 0.1],
    ]);
    expect(stages[0]?.newer).toBeNull();
  });

  test('its URL, whichever kind it is', () => {
    expect(stages.map(({ url }) => url)).toEqual([
      expect.stringMatching(/^http/),
      null,
      expect.stringMatching(/^http/),
    ]);
  });

  test('and what is kept warm', () => {
    expect(stages.map(({ warm }) => warm)).toEqual([{ enabled: true, count: 3, minutes: 10 }, null, null]);
  });
});

test('a release that was deployed and taken back is told of', async () => {
  const platform = await startPlatform();
  try {
    const clients = clientsOf(platform);
    await deploySteps(clients, wantedOf());
    await deploySteps(clients, wantedOf({}, { code: 'two' }));
    await platform.lambda.send(new PublishVersionCommand({ FunctionName: 'shop' }));
    await platform.lambda.send(new UpdateAliasCommand({ FunctionName: 'shop', Name: 'staging', FunctionVersion: '1' }));
    const { config } = parseConfig('{"name":"shop"}', { file: 'up.json' });
    const options = { env: {}, region: undefined, profile: undefined, config: { regions: [] } };
    const session = createSession({ ...options, localUrl: platform.url });
    const scope = { clients, app: 'shop', identity };
    const found = await readStatus(session, { dir: '', config, warnings: [], hasFile: true }, scope, 'staging');
    expect(found).toMatchObject([{ live: [{ release: { version: '1' } }], newer: { version: '2' } }]);
  } finally {
    await platform.stop();
  }
});

describe('for a person', () => {
  const now = Date.UTC(2026, 10, 26, 12);
  const release = (version: string, changes: Partial<Release> = {}): Release => ({
    version,
    stage: 'production',
    commit: '9f8e7d6',
    author: 'Ada',
    message: 'fix pets',
    created: now - 3 * 3_600_000,
    size: 1,
    sha256: '',
    architecture: 'x86_64',
    live: [],
    ...changes,
  });
  const status: StageStatus = {
    stage: 'production',
    known: true,
    live: [
      { release: release('7'), share: 0.9 },
      {
        release: release('8', { commit: 'a1b2c3d', message: 'a message that is far too long for any line' }),
        share: 0.1,
      },
    ],
    newer: release('9', { author: 'Somebody With A Very Long Name' }),
    url: 'https://pets.example.com/',
    warm: { enabled: false, count: 2, minutes: 5 },
    provisioned: { requested: 1, status: 'IN_PROGRESS' },
    domain: {
      stage: 'production',
      name: 'pets.example.com',
      url: 'https://pets.example.com/',
      certificate: 'ISSUED',
      zone: 'example.com',
      mapped: true,
      dns: true,
      records: [],
    },
  };

  const place = { chdir: '.', local: false, region: undefined, profile: undefined };

  test('what it proposes works where it was asked', () => {
    const there = { ...place, local: true };
    expect(renderStatus([{ ...status, live: [] }], now, there)).toBe(
      '  production: not deployed, up production --local',
    );
    expect(renderStatus([{ ...status, known: false }], now, there)).toContain(': up delete production --local\n');
  });

  test('all of it fits 80 columns', () => {
    const text = renderStatus([status, { ...status, stage: 'old', known: false }, { ...status, live: [] }], now, place);
    expect(text).toMatchInlineSnapshot(`
      "  production
          Live         90 % v7  9f8e7d6 "fix pets"  Ada, 3 h ago
          Canary       10 % v8  a1b2c3d "a message that is far too l…"  Ada, 3 h ago
          Deployed     v9  9f8e7d6 "fix pets"  Somebody With A…, 3 h ago, not live
          URL          https://pets.example.com/
          Warm         2 environments kept warm: switched off
          Ready        1 environment always ready: IN_PROGRESS
          Domain       pets.example.com: live
          Certificate  issued

        old, no longer a stage of up.json: up delete old
          Live         90 % v7  9f8e7d6 "fix pets"  Ada, 3 h ago
          Canary       10 % v8  a1b2c3d "a message that is far too l…"  Ada, 3 h ago
          Deployed     v9  9f8e7d6 "fix pets"  Somebody With A…, 3 h ago, not live
          URL          https://pets.example.com/
          Warm         2 environments kept warm: switched off
          Ready        1 environment always ready: IN_PROGRESS
          Domain       pets.example.com: live
          Certificate  issued

        production: not deployed, up production"
    `);
    expect(text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  test('a line that is too long is cut at the last column', () => {
    const [, , url] = renderStatus(
      [{ ...status, live: status.live.slice(1), newer: null, url: 'x'.repeat(99) }],
      now,
      place,
    ).split('\n');
    expect(url).toBe(`    URL          ${'x'.repeat(62)}…`);
  });

  test('what there is none of has no line, and what is usual no word', () => {
    const usual: StageStatus = {
      ...status,
      live: [{ release: release('7', { author: '', created: 0 }), share: 1 }],
      ...{ newer: null, url: null, domain: null },
      warm: { enabled: true, count: 2, minutes: 5 },
      provisioned: { requested: 2, status: 'READY' },
    };
    const lines = [
      '  production',
      '    Live         v7  9f8e7d6 "fix pets"',
      '    URL          none: the front door is gone, a deploy makes it again',
    ];
    expect(renderStatus([usual], now, place).split('\n')).toEqual([
      ...lines,
      '    Warm         2 environments kept warm',
      '    Ready        2 environments always ready',
    ]);
    const few = { ...usual, warm: null, provisioned: null };
    expect(renderStatus([few], now, place).split('\n')).toEqual(lines);
    const untold = { ...few, provisioned: { requested: 1, status: undefined } };
    expect(renderStatus([untold], now, place).split('\n')).toEqual([
      ...lines,
      '    Ready        1 environment always ready: unknown',
    ]);
  });

  const scheduleOf = (Input?: string, ScheduleExpression = 'rate(1 minute)') =>
    ({ State: 'ENABLED', ScheduleExpression, Target: { Arn: '', RoleArn: '', Input } }) as const;

  test('a schedule says how', () => {
    const schedule = scheduleOf('{"up":{"ping":{"count":4}}}');
    expect(toKeeping(schedule)).toEqual({ enabled: true, count: 4, minutes: 1 });
    expect(toKeeping({ ...schedule, State: 'DISABLED' })).toMatchObject({ enabled: false });
    expect(toKeeping(scheduleOf('{"up":{"ping":{}}}', 'rate(15 minutes)'))).toMatchObject({ count: 1, minutes: 15 });
  });

  test.each([
    undefined,
    '',
    'warm',
    'null',
    '[]',
    '{}',
    '{"up":null}',
    '{"up":{"ping":true}}',
  ])('a schedule that somebody has send %j keeps nothing warm', (input) => {
    expect(toKeeping(scheduleOf(input))).toMatchObject({ enabled: true, count: 0 });
  });
});
