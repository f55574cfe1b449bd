/**
 * The plan is pure: a wanted world and a live one in, steps out. One file, because every case bends the one world at
 * its top.
 */
import { describe, expect, test } from 'vitest';
import type { LiveAlias, LiveApi, LiveFunction, LiveRole, Statement, World } from '../../cli/aws/model.ts';
import { permissionId } from '../../cli/aws/names.ts';
import { isNoop, plan } from '../../cli/aws/plan.ts';
import { roleRights, wantedPolicy } from '../../cli/aws/role-policy.ts';
import { createSpec, type Spec } from '../../cli/aws/spec.ts';
import { marks } from '../../cli/aws/tags.ts';
import { parseConfig, resolveStage } from '../../config/index.ts';

const identity = { account: '123456789012', region: 'eu-central-1' };
const commit = { commit: 'abc1234', author: 'Ada', message: 'Begin' };

function spec(upJson: object = {}, sha256 = 'code-1', stage = 'staging'): Spec {
  const { config } = parseConfig(JSON.stringify({ name: 'shop', ...upJson }), { file: 'up.json' });
  const pkg = {
    zip: Buffer.from('zip'),
    sha256,
    unzipped: 3,
    files: [],
    maps: [],
    warnings: [],
    secretsLeftOut: [],
    secretsFound: [],
    native: [],
  };
  return createSpec(resolveStage(config, stage), pkg, commit, identity, null);
}

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

/** As GetPolicy prints it. */
function statement(stage: string, apiId: string): Statement {
  return {
    Sid: permissionId(stage),
    Effect: 'Allow',
    Principal: { Service: 'apigateway.amazonaws.com' },
    Action: 'lambda:InvokeFunction',
    Condition: {
      ArnLike: { 'AWS:SourceArn': `arn:aws:execute-api:eu-central-1:${identity.account}:${apiId}/*/*` },
    },
  };
}

/** The world after a deploy of this. */
function deployed(of: Spec): World {
  const { Environment, EphemeralStorage, Architecture, TracingMode, VpcConfig, Layers, ...rest } = of.fn;
  const config = {
    ...rest,
    Role: of.role.given ?? `arn:aws:iam::${identity.account}:role/${of.role.name}`,
    Environment: { Variables: Object.fromEntries(Object.entries(Environment).toReversed()) },
    Architectures: [Architecture],
    TracingConfig: { Mode: TracingMode },
    VpcConfig: {
      SubnetIds: VpcConfig.SubnetIds.toReversed(),
      SecurityGroupIds: VpcConfig.SecurityGroupIds.toReversed(),
    },
    EphemeralStorage: { Size: EphemeralStorage },
    Layers: Layers.map((Arn) => ({ Arn, CodeSize: 1 })),
    CodeSha256: of.code.sha256,
  };
  return {
    role: { arn: config.Role, policy: wantedPolicy(of.role.rights, null), trust },
    logGroup: { retentionInDays: 30, ours: true },
    fn: { config, tags: of.tags, revisionId: 'r1' },
    alias: { version: '1', canary: null, before: '', revisionId: 'a1', config },
    api: {
      id: 'api1',
      url: 'https://api1.execute-api.eu-central-1.amazonaws.com/',
      description: 'Managed by up',
      tags: { 'up:app': 'shop', 'up:stage': of.stage },
      integrations: [
        {
          IntegrationId: 'i1',
          IntegrationType: 'AWS_PROXY',
          PayloadFormatVersion: '2.0',
          TimeoutInMillis: 30_000,
          IntegrationUri: `arn:aws:lambda:eu-central-1:${identity.account}:function:shop:${of.stage}`,
        },
      ],
      routes: [{ RouteId: 'r1', RouteKey: '$default', Target: 'integrations/i1' }],
      stage: { StageName: '$default', AutoDeploy: true },
      others: [],
    },
    url: null,
    permission: { statements: [statement(of.stage, 'api1')] },
    schedule: null,
    scheduleRole: null,
    provisioned: null,
  };
}

const nothing: World = {
  ...{ role: null, logGroup: null, fn: null, alias: null, api: null, url: null, permission: null },
  ...{ schedule: null, scheduleRole: null, provisioned: null },
};
const before = spec();
const live = deployed(before);
const vpc = { subnets: ['subnet-1', 'subnet-2'], security_groups: ['sg-1', 'sg-2'] };
const attached = spec({ lambda: { vpc } });
const layer = (number: number) => `arn:aws:lambda:eu-central-1:123456789012:layer:tools-${number}:1`;
const liveApi = live.api as LiveApi;

/** What is live, with so many environments provisioned and reserved. */
function concurrency(requested: number, reserved: number): World {
  const { fn } = live;
  const tags = { ...fn?.tags, [marks.provisioned('staging')]: 'true', [marks.reserved()]: 'true' };
  return { ...live, fn: { ...(fn as LiveFunction), tags, reserved }, provisioned: { requested, status: 'READY' } };
}

/** The same, with the policy of the role as a console saves it. */
function laidOut(world: World): World {
  const role = world.role as LiveRole;
  return { ...world, role: { ...role, policy: JSON.stringify(JSON.parse(role.policy ?? ''), null, 2) } };
}

/** The same, where this is said of `$LATEST`. */
function latest(world: World, said: object): World {
  const fn = world.fn as LiveFunction;
  return { ...world, fn: { ...fn, config: { ...fn.config, ...said } } };
}

/** The work of a plan, in order: `update function (Timeout)`. */
function work(wanted: Spec, world: World): string[] {
  return plan(wanted, world)
    .filter(({ action }) => action !== 'keep')
    .map(({ action, type, changes }) => {
      const fields = changes.map(({ field }) => field).join(', ');
      return fields ? `${action} ${type} (${fields})` : `${action} ${type}`;
    });
}

const moves = ['create version', 'update alias (FunctionVersion)'];

describe('the steps', () => {
  test.each<[title: string, wanted: Spec, world: World, steps: string[]]>([
    [
      'of a first deploy make everything; the alias comes before the permission on it',
      before,
      nothing,
      [
        'create role',
        'create log group',
        'create function',
        'create version',
        'create alias',
        'create http api',
        'create permission',
      ],
    ],
    ['of what is live already are none', before, live, []],
    [
      'of what is live on $LATEST, where somebody has pointed the alias, are a version and the way back to one',
      before,
      { ...live, alias: { ...(live.alias as LiveAlias), version: '$LATEST' } },
      moves,
    ],
    [
      'of alerts are alarms and no release',
      spec({
        alerts: [{ metric: 'http.5xx', threshold: 5 }],
        actions: [{ name: 'a', type: 'sms', numbers: ['+12505550123'] }],
      }),
      live,
      ['create topic', 'create subscription', 'create alarm'],
    ],
    [
      'of alerts that are wanted no more take all of them away',
      before,
      { ...live, fn: { ...(live.fn as LiveFunction), tags: { 'up:app': 'shop', 'up:alerts:staging': 'true' } } },
      ['remove alerts (name)'],
    ],
    ['of new code', spec({}, 'code-2'), live, ['update function (Code)', ...moves]],
    ['of a new variable', spec({ environment: { AA: '1' } }), live, ['update function (Environment)', ...moves]],
    ['of another memory', spec({ lambda: { memory: 1024 } }), live, ['update function (MemorySize)', ...moves]],
    [
      'of more storage',
      spec({ lambda: { ephemeral_storage: 2048 } }),
      live,
      ['update function (EphemeralStorage)', ...moves],
    ],
    ['of another timeout', spec({ lambda: { timeout: 10 } }), live, ['update function (Timeout)', ...moves]],
    ['of another runtime', spec({ lambda: { runtime: 'nodejs22.x' } }), live, ['update function (Runtime)', ...moves]],
    [
      'of another processor',
      spec({ lambda: { architecture: 'arm64' } }),
      live,
      ['update function (Architectures)', ...moves],
    ],
    [
      'of code and settings at once are one version',
      spec({ lambda: { memory: 1024 } }, 'code-2'),
      live,
      ['update function (MemorySize, Code)', ...moves],
    ],
    [
      'of tracing change the function and the role, for a version of its own',
      spec({ lambda: { tracing: 'active' } }),
      live,
      ['update role (policy)', 'update function (TracingMode)', 'create version', 'update alias (FunctionVersion)'],
    ],
    [
      'of tracing in another stage change the role alone: all share it',
      spec({ stages: { production: { lambda: { tracing: 'active' } } } }),
      live,
      ['update role (policy)'],
    ],
    [
      'of a VPC let the role make network interfaces, before the function needs them',
      attached,
      live,
      ['update role (policy)', 'update function (VpcConfig)', 'create version', 'update alias (FunctionVersion)'],
    ],
    ['of a VPC whose subnets AWS names in another order are none', attached, deployed(attached), []],
    [
      'out of a VPC leave the role its right: Lambda needs it to take the interfaces away',
      before,
      deployed(attached),
      ['update function (VpcConfig)', ...moves],
    ],
    [
      'keep a right in a policy that somebody has laid out anew',
      before,
      laidOut(deployed(attached)),
      ['update role (policy)', 'update function (VpcConfig)', ...moves],
    ],
    [
      'of a VPC in another stage change the role alone',
      spec({ stages: { production: { lambda: { vpc } } } }),
      live,
      ['update role (policy)'],
    ],
    ['of a layer', spec({ lambda: { layers: [layer(1)] } }), live, ['update function (Layers)', ...moves]],
    [
      'of a layer that is live are none',
      spec({ lambda: { layers: [layer(1)] } }),
      deployed(spec({ lambda: { layers: [layer(1)] } })),
      [],
    ],
    [
      'of layers in another order, which is that of unpacking',
      spec({ lambda: { layers: [layer(2), layer(1)] } }),
      deployed(spec({ lambda: { layers: [layer(1), layer(2)] } })),
      ['update function (Layers)', ...moves],
    ],
    [
      'of what Lambda took and could not carry out ask for it again',
      attached,
      latest(deployed(attached), { LastUpdateStatus: 'Failed' }),
      ['update function (LastUpdateStatus)'],
    ],
    [
      'of a function that Lambda could not make ask for it again',
      before,
      latest(live, { State: 'Failed' }),
      ['update function (LastUpdateStatus)'],
    ],
    [
      'of what somebody has set by hand take it back',
      before,
      latest(live, {
        ...{ TracingConfig: { Mode: 'Active' }, LoggingConfig: { LogFormat: 'JSON', LogGroup: '/theirs' } },
        ...{ EphemeralStorage: { Size: 1_024 }, Environment: undefined },
      }),
      ['update function (EphemeralStorage, Environment, TracingMode, LogFormat, LogGroup)'],
    ],
    [
      'of what Lambda does not say are none, where it means what is wanted',
      before,
      latest(live, {
        ...{ Architectures: undefined, EphemeralStorage: undefined, Layers: undefined },
        ...{ TracingConfig: undefined, VpcConfig: undefined },
      }),
      [],
    ],
    [
      'of another tag tag what is there, and are no release',
      spec({ tags: { team: 'shop' } }),
      live,
      ['update tags (team)'],
    ],
    [
      'of a preview leave the tags that all stages share',
      spec({ tags: { team: 'web' } }, 'code-1', 'preview-x'),
      deployed(spec({ tags: { team: 'shop' } }, 'code-1', 'preview-x')),
      [],
    ],
    [
      'of tags take away those of an earlier deploy, and no others',
      before,
      {
        ...live,
        fn: { ...(live.fn as LiveFunction), tags: { 'up:app': 'shop', 'up:tags': 'team', team: 'a', by: 'b' } },
      },
      ['update tags (team)'],
    ],
    [
      'of another policy change the role, and no version',
      spec({ lambda: { policy: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }] } }),
      live,
      ['update role (policy)'],
    ],
    [
      'of a role that is given leave ours alone',
      spec({ lambda: { role: 'arn:aws:iam::123456789012:role/theirs' } }),
      { ...live, role: null },
      ['update function (Role)', ...moves],
    ],
    [
      'of a second stage use the function that is there',
      spec({}, 'code-1', 'production'),
      { ...live, alias: null, api: null, url: null, permission: null },
      ['update function (Environment)', 'create version', 'create alias', 'create http api', 'create permission'],
    ],
    [
      'of a stage that is live do not depend on what another stage left in $LATEST',
      before,
      { ...live, fn: deployed(spec({}, 'code-of-production', 'production')).fn },
      [],
    ],
    [
      'of new code, with $LATEST holding it already, only publish it',
      spec({}, 'code-2'),
      { ...live, fn: deployed(spec({}, 'code-2')).fn },
      moves,
    ],
    [
      'mend a retention that was never set',
      before,
      { ...live, logGroup: { retentionInDays: undefined, ours: true } },
      ['update log group (retentionInDays)'],
    ],
    [
      'leave a log group alone that somebody else has made',
      before,
      { ...live, logGroup: { retentionInDays: undefined, ours: false } },
      [],
    ],
    [
      'respect a retention that somebody chose',
      before,
      { ...live, logGroup: { retentionInDays: 3653, ours: true } },
      [],
    ],
    ['bring back a log group that was deleted', before, { ...live, logGroup: null }, ['create log group']],
    [
      'bring back an API that was deleted, with leave to call',
      before,
      { ...live, api: null },
      ['create http api', 'update permission (statement)'],
    ],
    [
      'complete an API that was left half-made',
      before,
      { ...live, api: { ...liveApi, integrations: [], routes: [], stage: null } },
      ['update http api (integration, route, stage)'],
    ],
    [
      'open a route that asks for signatures',
      before,
      {
        ...live,
        api: { ...liveApi, routes: liveApi.routes.map((route) => ({ ...route, AuthorizationType: 'AWS_IAM' })) },
      },
      ['update http api (AuthorizationType)'],
    ],
    [
      'lead requests back to our integration, which stands beside that of somebody else',
      before,
      {
        ...live,
        api: {
          ...liveApi,
          integrations: [{ IntegrationId: 'i0', IntegrationType: 'HTTP_PROXY' }, ...liveApi.integrations],
          routes: [{ RouteId: 'r1', RouteKey: '$default', Target: 'integrations/i0' }],
        },
      },
      ['update http api (route)'],
    ],
    [
      'remove the APIs and integrations that an interrupted deploy has left',
      before,
      {
        ...live,
        api: {
          ...liveApi,
          integrations: [{ ...liveApi.integrations[0], IntegrationId: 'i0' }, ...liveApi.integrations],
          others: ['api2'],
        },
      },
      ['update http api (duplicate integration, duplicate)'],
    ],
    [
      'reserve more before more is provisioned, which may not be more than is reserved',
      spec({ lambda: { provisioned: 8, reserved: 9 } }),
      concurrency(2, 5),
      ['update reserved concurrency (count)', 'update provisioned concurrency (count)'],
    ],
    [
      'reserve less after less is provisioned',
      spec({ lambda: { provisioned: 1, reserved: 2 } }),
      concurrency(3, 5),
      ['update provisioned concurrency (count)', 'update reserved concurrency (count)'],
    ],
    [
      'reserve nothing any more before more is provisioned',
      spec({ lambda: { provisioned: 8 } }),
      concurrency(2, 5),
      ['remove reserved concurrency (name)', 'update provisioned concurrency (count)'],
    ],
    [
      'reserve first where nothing may run, as nothing could be proved',
      spec({ lambda: { reserved: 9 } }, 'code-2'),
      concurrency(0, 0),
      [
        'update reserved concurrency (count)',
        'update function (Code)',
        ...moves,
        'remove provisioned concurrency (name)',
      ],
    ],
    [
      'provision nothing any more',
      spec({ lambda: { reserved: 5 } }),
      concurrency(2, 5),
      ['remove provisioned concurrency (name)'],
    ],
    [
      'of warming that is wanted no more take its schedule away, then the role of that',
      before,
      { ...live, fn: { ...(live.fn as LiveFunction), tags: { ...live.fn?.tags, [marks.warm('staging')]: 'true' } } },
      ['remove schedule (name)', 'remove schedule role (name)'],
    ],
    ['add the leave to call that is missing', before, { ...live, permission: null }, ['create permission']],
    [
      'add the leave to call for an API that was made anew',
      before,
      { ...live, permission: { statements: [statement('staging', 'api0')] } },
      ['update permission (statement)'],
    ],
  ])('%s', (_title, wanted, world, steps) => {
    expect(work(wanted, world)).toEqual(steps);
  });
});

describe('the law', () => {
  const wishes: [string, Spec][] = [
    ['the defaults', spec()],
    [
      'everything else',
      spec({ environment: { AA: '1', BB: '' }, lambda: { memory: 2048, timeout: 900, architecture: 'arm64' } }, 'x'),
    ],
    ['a role that is given', spec({ lambda: { role: 'arn:aws:iam::123456789012:role/theirs' } })],
    ['another stage', spec({}, 'code-1', 'production')],
  ];

  test.each(wishes)('after a deploy of %s nothing is left to do', (_title, wanted) => {
    expect(isNoop(plan(wanted, deployed(wanted)))).toBe(true);
  });

  test.each(wishes)('every plan for %s names each resource once', (_title, wanted) => {
    for (const world of [nothing, live, { ...live, api: null }, { ...live, alias: null }]) {
      const types = plan(wanted, world).map(({ type }) => type);
      expect(types.toSorted()).toEqual(['alias', 'function', 'http api', 'log group', 'permission', 'role', 'version']);
    }
  });

  test('what users see moves last', () => {
    for (const world of [live, { ...live, api: null }, { ...live, permission: null }, { ...live, logGroup: null }]) {
      expect(work(spec({}, 'code-2'), world).at(-1)).toBe('update alias (FunctionVersion)');
    }
  });

  test('the order of variables is no change', () => {
    const wanted = spec({ environment: { AA: '1', BB: '2' } });
    const world = deployed(wanted);
    const Variables = Object.fromEntries(Object.entries(world.alias?.config.Environment?.Variables ?? {}).toReversed());
    const alias = world.alias && { ...world.alias, config: { ...world.alias.config, Environment: { Variables } } };
    expect(work(wanted, { ...world, alias })).toEqual([]);
  });
});

describe('a stage with a Function URL', () => {
  const url = 'https://abc.lambda-url.eu-central-1.on.aws/';
  const wanted = spec({ url: 'function_url' });
  const open = { Effect: 'Allow', Principal: '*' };
  const forUrl = { ...open, Sid: 'up-staging-url', Action: 'lambda:InvokeFunctionUrl' };
  const forInvoke = { ...open, Sid: 'up-staging-url-invoke', Action: 'lambda:InvokeFunction' };
  const world: World = {
    ...deployed(wanted),
    api: null,
    url: { url, invokeMode: 'RESPONSE_STREAM', authType: 'NONE' },
    permission: { statements: [forUrl, forInvoke] },
  };

  test('is made with its URL and both permissions, and no API', () => {
    expect(work(wanted, nothing)).toEqual([
      'create role',
      'create log group',
      'create function',
      'create version',
      'create alias',
      'create function url',
      'create permission',
    ]);
  });

  test('is kept when nothing differs', () => {
    expect(isNoop(plan(wanted, world))).toBe(true);
  });

  test.each<[string, World, string[]]>([
    [
      'buffers where it should stream',
      { ...world, url: { url, invokeMode: 'BUFFERED', authType: 'NONE' } },
      ['update function url (InvokeMode)'],
    ],
    [
      'asks for signatures',
      { ...world, url: { url, invokeMode: 'RESPONSE_STREAM', authType: 'AWS_IAM' } },
      ['update function url (AuthType)'],
    ],
    [
      'has one permission of two, which has answered 403 since October 2025',
      { ...world, permission: { statements: [forUrl] } },
      ['update permission (statement)'],
    ],
  ])('is mended when it %s', (_, drifted, expected) => {
    expect(work(wanted, drifted)).toEqual(expected);
  });
});

describe('a package that is too large for a request', () => {
  const large = (wanted: Spec): Spec => ({ ...wanted, artifact: { bucket: 'up-123456789012', key: 'shop/code' } });
  const stored = (checksum: string): World => ({ ...live, artifact: { checksum } });

  test.each<[title: string, wanted: Spec, world: World, steps: string[]]>([
    ['goes into the bucket before', spec({}, 'code-2'), live, ['create artifact', 'update function (Code)', ...moves]],
    ['stays there for the next try', spec({}, 'code-2'), stored('code-2'), ['update function (Code)', ...moves]],
    [
      'goes there anew where something else has its place',
      spec({}, 'code-2'),
      stored('code-1'),
      ['update artifact (Code)', 'update function (Code)', ...moves],
    ],
    [
      'goes there for another processor, which takes the code again',
      spec({ lambda: { architecture: 'arm64' } }),
      live,
      ['create artifact', 'update function (Architectures)', ...moves],
    ],
    [
      'does not for other settings',
      spec({ lambda: { memory: 1024 } }),
      live,
      ['update function (MemorySize)', ...moves],
    ],
    ['does not where it is live', before, live, []],
  ])('%s', (_title, wanted, world, steps) => {
    expect(work(large(wanted), world)).toEqual(steps);
  });

  test('goes there for the first deploy, too', () => {
    expect(work(large(before), nothing).slice(2, 4)).toEqual(['create artifact', 'create function']);
  });
});

test('a policy that was laid out anew keeps the right that Lambda needs', () => {
  const { rights } = before.role;
  const policy = JSON.stringify({ Version: '2012-10-17', Statement: { Sid: 'Network', Effect: 'Allow' } }, null, 2);
  expect(wantedPolicy(rights, policy)).toContain('ec2:DeleteNetworkInterface');
  expect(wantedPolicy(rights, null)).not.toContain('ec2:');
});

test('a role may use what is its own app’s, and what the stages ask for', () => {
  const own = { Effect: 'Allow', Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::shop/*' };
  const vpc = { subnets: ['subnet-1'], security_groups: ['sg-1'] };
  const lambda = { vpc, tracing: 'active', policy: [own] };
  const { config } = parseConfig(JSON.stringify({ name: 'shop', lambda }), { file: 'up.json' });
  const policy = wantedPolicy(roleRights(resolveStage(config, 'staging'), identity, true), null);
  expect(JSON.parse(policy)).toEqual({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        Resource: 'arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/shop:*',
      },
      {
        Effect: 'Allow',
        Action: 'lambda:InvokeFunction',
        Resource: 'arn:aws:lambda:eu-central-1:123456789012:function:shop:*',
      },
      {
        ...{ Sid: 'Parameters', Effect: 'Allow', Action: 'ssm:GetParameters' },
        Resource: 'arn:aws:ssm:eu-central-1:123456789012:parameter/up/shop/*',
      },
      // AWSXRayDaemonWriteAccess
      {
        ...{ Sid: 'Tracing', Effect: 'Allow', Resource: '*' },
        Action: [
          ...['xray:PutTraceSegments', 'xray:PutTelemetryRecords', 'xray:GetSamplingRules'],
          ...['xray:GetSamplingTargets', 'xray:GetSamplingStatisticSummaries'],
        ],
      },
      // AWSLambdaVPCAccessExecutionRole
      {
        ...{ Sid: 'Network', Effect: 'Allow', Resource: '*' },
        Action: [
          ...['ec2:CreateNetworkInterface', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeSubnets'],
          ...['ec2:DeleteNetworkInterface', 'ec2:AssignPrivateIpAddresses', 'ec2:UnassignPrivateIpAddresses'],
        ],
      },
      own,
    ],
  });
});

describe('a canary', () => {
  const canary = { version: '2', share: 0.1 };
  const running: World = { ...live, alias: live.alias && { ...live.alias, canary } };
  const asCanary = (wanted: Spec): Spec => ({ ...wanted, share: 0.25 });

  test.each<[title: string, wanted: Spec, world: World, steps: string[]]>([
    [
      'gives a new version a share, and leaves the stage where it points',
      asCanary(spec({}, 'code-2')),
      live,
      ['update function (Code)', 'create version', 'update alias (RoutingConfig)'],
    ],
    [
      'is replaced by another one',
      asCanary(spec({}, 'code-3')),
      running,
      ['update function (Code)', 'create version', 'update alias (RoutingConfig)'],
    ],
    ['ends with a deploy of something else', spec({}, 'code-3'), running, ['update function (Code)', ...moves]],
    ['ends with a deploy of what is live beside it', before, running, ['update alias (RoutingConfig)']],
    ['of what is live is nothing to do', asCanary(before), live, []],
  ])('%s', (_title, wanted, world, steps) => {
    expect(work(wanted, world)).toEqual(steps);
  });

  test('says what share becomes of what', () => {
    const changesOf = (wanted: Spec, world: World) => plan(wanted, world).find(({ type }) => type === 'alias')?.changes;
    expect(changesOf(before, running)).toEqual([{ field: 'RoutingConfig', from: { 2: 0.1 }, to: {} }]);
    expect(changesOf(asCanary(spec({}, 'code-2')), live)).toEqual([
      { field: 'RoutingConfig', from: {}, to: { new: 0.25 } },
    ]);
    expect(changesOf(spec({}, 'code-3'), running)).toEqual([{ field: 'FunctionVersion', from: '1', to: 'new' }]);
  });
});
