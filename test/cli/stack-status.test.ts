/** `up stack status` as people read it, and when `$LATEST` counts as changed by hand. */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { isSameRelease } from '../../cli/aws/resources/function-diff.ts';
import { renderDrift } from '../../cli/stack/status.ts';

test('the stage that left up.json is to be deleted where it was looked for', () => {
  const place = { chdir: '.', local: true, region: undefined, profile: undefined };
  expect(renderDrift({ stage: 'beta', lines: null }, place)).toEqual([
    '',
    '  beta is no longer a stage of up.json: up delete beta --local',
  ]);
});

describe('$LATEST is what was published last', () => {
  const published: FunctionConfiguration = {
    ...{
      CodeSha256: 'code-1',
      Architectures: ['arm64'],
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Role: 'shop',
    },
    ...{ MemorySize: 512, Timeout: 30, LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/shop' } },
    Environment: { Variables: { A: '1', B: '2' } },
    VpcConfig: { SubnetIds: ['subnet-1', 'subnet-2'], SecurityGroupIds: ['sg-1', 'sg-2'] },
  };

  test('in whatever order Lambda tells it, and with or without what is usual', () => {
    expect(
      isSameRelease(published, {
        ...published,
        ...{ Version: '$LATEST', RevisionId: 'r2', TracingConfig: { Mode: 'PassThrough' } },
        ...{ EphemeralStorage: { Size: 512 }, Layers: [], Environment: { Variables: { B: '2', A: '1' } } },
        VpcConfig: { VpcId: 'vpc-1', SubnetIds: ['subnet-2', 'subnet-1'], SecurityGroupIds: ['sg-2', 'sg-1'] },
      }),
    ).toBe(true);
    expect(isSameRelease({}, { VpcConfig: { VpcId: '', SubnetIds: [], SecurityGroupIds: [] } })).toBe(true);
  });

  test.each<[what: string, changes: FunctionConfiguration]>([
    ['its code', { CodeSha256: 'code-2' }],
    ['its processor', { Architectures: ['x86_64'] }],
    ['its runtime', { Runtime: 'nodejs22.x' }],
    ['its handler', { Handler: 'other.handler' }],
    ['its role', { Role: 'theirs' }],
    ['its memory', { MemorySize: 1_024 }],
    ['its timeout', { Timeout: 60 }],
    ['the form of its log', { LoggingConfig: { LogFormat: 'JSON', LogGroup: '/aws/lambda/shop' } }],
    ['the place of its log', { LoggingConfig: { LogFormat: 'Text', LogGroup: '/theirs' } }],
    ['a variable', { Environment: { Variables: { A: '1', B: '3' } } }],
    ['its tracing', { TracingConfig: { Mode: 'Active' } }],
    ['its network', { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1', 'sg-2'] } }],
    ['its layers', { Layers: [{ Arn: 'layer:1' }] }],
    ['its storage', { EphemeralStorage: { Size: 1_024 } }],
  ])('and not where somebody has changed %s', (_what, changes) => {
    expect(isSameRelease(published, { ...published, ...changes })).toBe(false);
  });
});
