/** A plan as a person reads it: names, figures before and after, the price; never the value of a variable. */
import { describe, expect, test } from 'vitest';
import type { LiveAlias, World } from '../../cli/aws/model.ts';
import { plan } from '../../cli/aws/plan.ts';
import { pricePerMillion } from '../../cli/aws/price.ts';
import { createSpec, type Spec } from '../../cli/aws/spec.ts';
import { planLines } from '../../cli/deploy/plan-lines.ts';
import { parseConfig, resolveStage } from '../../config/index.ts';

const identity = { account: '123456789012', region: 'eu-central-1' };
const zip = Buffer.alloc(9_800);
const files = Array.from({ length: 12 }, (_, index) => ({ path: `${index}.js`, size: 1 }));

function spec(upJson: object = {}, sha256 = 'one', commit = 'abc1234'): Spec {
  const { config } = parseConfig(JSON.stringify({ name: 'shop', ...upJson }), { file: 'up.json' });
  return createSpec(
    resolveStage(config, 'staging'),
    { zip, sha256 },
    { commit, author: 'Ada', message: '' },
    identity,
    null,
  );
}

const nothing: World = {
  role: null,
  logGroup: null,
  fn: null,
  alias: null,
  api: null,
  url: null,
  permission: null,
  schedule: null,
  scheduleRole: null,
  provisioned: null,
};

const layer = (name: string, version: number) => `arn:aws:lambda:us-east-1:123456789012:layer:${name}:${version}`;

/** The stage is live as version 7 of this; everything around it is missing. */
function live({ fn, code }: Spec): World {
  const { Environment, EphemeralStorage, Architecture, VpcConfig, Layers, ...rest } = fn;
  const config = {
    ...rest,
    Role: `arn:aws:iam::${identity.account}:role/shop-function`,
    Environment: { Variables: { ...Environment } },
    Architectures: [Architecture],
    EphemeralStorage: { Size: EphemeralStorage },
    VpcConfig: { SubnetIds: [...VpcConfig.SubnetIds], SecurityGroupIds: [...VpcConfig.SecurityGroupIds] },
    Layers: Layers.map((Arn) => ({ Arn })),
    CodeSha256: code.sha256,
    CodeSize: 9_688,
  };
  const alias = { version: '7', canary: null, before: '', revisionId: 'a', config };
  return { ...nothing, alias, fn: { config, tags: {}, revisionId: 'r' } };
}

function lines(wanted: Spec, world: World): string[] {
  const shown = planLines({ spec: wanted, world, steps: plan(wanted, world), pkg: { zip, files } });
  return shown.map(({ mark, what, text }) => `${mark} ${what}  ${text}`);
}

test.each<[title: string, wanted: Spec, line: string]>([
  ['new code', spec({}, 'two'), '~ code  12 files, 9.8 kB zipped (+112 B)'],
  [
    'memory, with what it costs',
    spec({ lambda: { memory: 1024 } }),
    '~ memory  512 → 1024 MB, per million 50 ms requests: $0.62 → $1.03',
  ],
  [
    'another processor, with what it costs',
    spec({ lambda: { architecture: 'arm64' } }),
    '~ processor  x86_64 → arm64, per million 50 ms requests: $0.62 → $0.53',
  ],
  ['storage', spec({ lambda: { ephemeral_storage: 2048 } }), '~ storage  512 → 2048 MB'],
  ['a timeout', spec({ lambda: { timeout: 10 } }), '~ timeout  30 → 10 s'],
  [
    'a VPC',
    spec({ lambda: { vpc: { subnets: ['subnet-1', 'subnet-2'], security_groups: ['sg-1'] } } }),
    '~ vpc  none → 2 subnets, 1 security group',
  ],
  [
    'layers, by name and version',
    spec({ lambda: { layers: [layer('tools', 3), layer('trace', 12)] } }),
    '~ layers  none → tools:3 trace:12',
  ],
  ['a new variable', spec({ environment: { STRIPE_KEY: 'sk_live_1' } }), '+ env  STRIPE_KEY'],
  [
    'a new variable that is called as something of every object',
    spec({ environment: { toString: '' } }),
    '+ env  toString',
  ],
  ['a new commit', spec({}, 'one', 'fff0000'), '~ commit  abc1234 → fff0000'],
  [
    'an alarm, with what it costs',
    spec({ alerts: [{ metric: 'http.5xx', threshold: 5 }] }),
    '+ alarm  up-shop-staging-http.5xx, about $0.10 a month',
  ],
  [
    'a subscriber',
    spec({
      alerts: [{ metric: 'http.5xx', threshold: 5 }],
      actions: [{ name: 'oncall', type: 'sms', numbers: ['+12505550123'] }],
    }),
    '+ subscription  oncall +12505550123',
  ],
  ['the move of the stage', spec({}, 'two'), '~ stage  staging moves from v7 to the new version'],
  ['a canary', { ...spec({}, 'two'), share: 0.1 }, '~ stage  staging gets a canary of 10 %'],
])('of %s', (_title, wanted, line) => {
  expect(lines(wanted, live(spec()))).toContain(line);
});

test('variables that change or go are named, and no value is shown', () => {
  const before = spec({ environment: { CHANGED: 'old-secret', GONE: 'gone-secret' } });
  const shown = lines(spec({ environment: { CHANGED: 'new-secret' } }), live(before));
  expect(shown).toEqual(expect.arrayContaining(['~ env  CHANGED', '- env  GONE']));
  expect(shown.join('\n')).not.toContain('secret');
});

test('a stage that was pointed to $LATEST by hand moves from there', () => {
  const world = live(spec());
  const alias = { ...(world.alias as LiveAlias), version: '$LATEST' };
  expect(lines(spec(), { ...world, alias })).toContain('~ stage  staging moves from $LATEST to the new version');
});

test('a first deploy names what it makes', () => {
  expect(lines(spec(), nothing)).toEqual([
    '+ role  shop-function',
    '+ log group  /aws/lambda/shop',
    '+ function  shop',
    '+ alias  staging',
    '+ http api  shop-staging',
    '+ permission  staging',
  ]);
});

test('an edit by hand of $LATEST is told of the function, variables by name', () => {
  const wanted = spec();
  const world = live(wanted);
  const Environment = { Variables: { ...wanted.fn.Environment, EXTRA: 'a-secret' } };
  const config = { ...world.alias?.config, MemorySize: 3008, Environment };
  const shown = lines(wanted, { ...world, fn: { config, tags: {}, revisionId: 'r' } });
  expect(shown).toEqual(expect.arrayContaining(['~ function  MemorySize 3008 → 512 MB', '- function  EXTRA']));
  expect(shown.join('\n')).not.toContain('a-secret');
});

describe('the price of a million requests', () => {
  test.each([
    [128, 'x86_64', 100, 0.408],
    [1024, 'x86_64', 1_000, 16.867],
    [1024, 'arm64', 1_000, 13.533],
  ] as const)('at %d MB on %s, of %d ms each', (memory, architecture, milliseconds, dollars) => {
    expect(pricePerMillion(memory, architecture, milliseconds)).toBeCloseTo(dollars, 3);
  });
});
