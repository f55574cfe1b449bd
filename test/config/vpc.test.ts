/** `lambda.vpc` and `lambda.layers`: what Lambda would refuse in the middle of a deploy is refused before. */
import { describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { messagesOf, parse } from './parse.ts';

const vpc = { subnets: ['subnet-0a1b2c3d', 'subnet-4e5f'], security_groups: ['sg-0A1b'] };
const layer = 'arn:aws:lambda:eu-west-1:123456789012:layer:python-3_13:12';

describe('lambda.vpc', () => {
  test('is none by default', () => {
    expect(parse({}).config.lambda.vpc).toBeUndefined();
  });

  test('holds for every stage, or for one, and null takes it back', () => {
    const everywhere = parse({ lambda: { vpc }, stages: { staging: { lambda: { vpc: null } } } }).config;
    expect(resolveStage(everywhere, 'production').lambda.vpc).toEqual(vpc);
    expect(resolveStage(everywhere, 'staging').lambda.vpc).toBeUndefined();
    const one = parse({ stages: { production: { lambda: { vpc } } } }).config;
    expect(resolveStage(one, 'production').lambda.vpc).toEqual(vpc);
    expect(resolveStage(one, 'staging').lambda.vpc).toBeUndefined();
  });

  test.each<[title: string, changes: object, message: string]>([
    [
      'an id of something else',
      { subnets: ['vpc-1'] },
      'lambda.vpc.subnets[0] must be the id of a subnet, as "subnet-0a1b2c3d" is, not "vpc-1"',
    ],
    [
      'a name of a group',
      { security_groups: ['default'] },
      'lambda.vpc.security_groups[0] must be the id of a security group, as "sg-0a1b2c3d" is, not "default"',
    ],
    ['no subnet', { subnets: [] }, 'lambda.vpc.subnets must name at least one subnet'],
    ['no group', { security_groups: [] }, 'lambda.vpc.security_groups must name at least one security group'],
    ['one id without a list', { subnets: 'subnet-1' }, 'lambda.vpc.subnets must be a list of subnets, not "subnet-1"'],
    [
      'too many subnets',
      { subnets: Array.from({ length: 17 }, (_, index) => `subnet-${index}`) },
      'lambda.vpc.subnets must name at most 16 subnets',
    ],
    [
      'too many groups',
      { security_groups: Array.from({ length: 6 }, (_, index) => `sg-${index}`) },
      'lambda.vpc.security_groups must name at most 5 security groups',
    ],
    ['a subnet twice', { subnets: ['subnet-1', 'subnet-1'] }, 'lambda.vpc.subnets must name each subnet once'],
    ['a word of AWS', { SubnetIds: [] }, 'unknown key "SubnetIds", did you mean "subnets"?'],
  ])('refuses %s', (_title, changes, message) => {
    expect(messagesOf({ lambda: { vpc: { ...vpc, ...changes } } })).toEqual([message]);
  });

  test.each([
    ['behind something else', (id: string) => `arn:aws:ec2:eu-west-1:123456789012:subnet/${id}`],
    ['before something else', (id: string) => `${id} `],
    ['without its end', (id: string) => id.replace(/-.*$/, '-')],
  ])('refuses an id %s', (_title, change) => {
    const changed = { subnets: [change('subnet-1')], security_groups: [change('sg-1')] };
    expect(messagesOf({ lambda: { vpc: changed } })).toEqual([
      expect.stringMatching(/^lambda\.vpc\.subnets\[0\] must be/),
      expect.stringMatching(/^lambda\.vpc\.security_groups\[0\] must be/),
    ]);
  });

  test('needs both lists', () => {
    expect(messagesOf({ lambda: { vpc: {} } })).toEqual([
      'lambda.vpc.subnets is missing',
      'lambda.vpc.security_groups is missing',
    ]);
  });

  test('keeps a Function URL from streaming, unless it is asked to', () => {
    const streams = (proxy: object) =>
      resolveStage(parse({ url: 'function_url', lambda: { vpc }, proxy }).config, 'staging').proxy.stream;
    expect([streams({}), streams({ stream: true })]).toEqual([false, true]);
  });
});

describe('lambda.layers', () => {
  test('are none by default, and those of a stage replace the others', () => {
    expect(parse({}).config.lambda.layers).toEqual([]);
    const { config } = parse({ lambda: { layers: [layer] }, stages: { beta: { lambda: { layers: [] } } } });
    expect(resolveStage(config, 'production').lambda.layers).toEqual([layer]);
    expect(resolveStage(config, 'beta').lambda.layers).toEqual([]);
  });

  test.each([
    ['the ARN of a layer without its version', layer.replace(/:12$/, '')],
    ['a name', 'python'],
    ['an ARN of another service', 'arn:aws:iam::123456789012:role/x'],
  ])('refuses %s', (_title, value) => {
    expect(messagesOf({ lambda: { layers: [value] } })).toEqual([
      `lambda.layers[0] must be the ARN of a version of a layer, not "${value}"`,
    ]);
  });

  test('refuses two versions of one', () => {
    expect(messagesOf({ lambda: { layers: [layer, layer.replace(/12$/, '13')] } })).toEqual([
      'lambda.layers must name each layer once, in one version',
    ]);
  });

  test('refuses a sixth', () => {
    const layers = [1, 2, 3, 4, 5, 6].map((number) => layer.replace('python', `python${number}`));
    expect(messagesOf({ lambda: { layers } })).toEqual(['lambda.layers must name at most 5 layers']);
  });
});
