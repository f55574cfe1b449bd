import { describe, expect, test } from 'vitest';
import { reservedByLambda } from '../../config/environment.ts';
import { messagesOf, parse } from './parse.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const nameRule = 'name must be lower-case letters, digits and dashes, a letter first, at most 40 characters';
const variableRule =
  'is not a name that Lambda takes: at least two characters: a letter, then letters, digits and underscores';

test('an empty object gives every default', () => {
  expect(parse({})).toMatchObject({
    warnings: [],
    config: {
      name: 'my-app',
      description: '',
      regions: [],
      lambda: {
        memory: 512,
        timeout: 30,
        runtime: 'nodejs24.x',
        architecture: 'x86_64',
        runtime_client: 'up',
        policy: [],
      },
      proxy: { timeouts: {}, listen_timeout: 15, background: 0, events_path: '/events', error_statuses: ['500-599'] },
      environment: {},
      logs: { disable: false, stdout: 'info', stderr: 'error' },
      hooks: {},
      powered_by: false,
      url: 'http_api',
      stages: {},
    },
  });
});

describe('a value is kept as it is written', () => {
  test.each([
    ['a name of forty characters', { name: 'a'.repeat(40) }],
    ['a name with digits and dashes', { name: 'a-1-' }],
    ['a static app', { type: 'static' }],
    ['an empty description', { description: '' }],
    ['a profile', { profile: 'acme-dev' }],
    ['no region', { regions: [] }],
    ['one region', { regions: ['us-gov-west-1'] }],
    ['the least memory', { lambda: { memory: 128 } }],
    ['the most memory', { lambda: { memory: 10240 } }],
    ['the shortest timeout', { lambda: { timeout: 1 } }],
    ['the longest timeout', { lambda: { timeout: 900 } }],
    ['a role', { lambda: { role: 'arn:aws:iam::123456789012:role/path/my-app' } }],
    ['a role of another partition', { lambda: { role: 'arn:aws-us-gov:iam::123456789012:role/my-app' } }],
    [
      'a policy',
      {
        lambda: { policy: [statement, { Effect: 'Deny', NotAction: ['s3:*'], NotResource: ['arn:aws:s3:::a', '*'] }] },
      },
    ],
    ['a condition', { lambda: { policy: [{ ...statement, Condition: { Bool: { 'aws:SecureTransport': 'true' } } }] } }],
    ['a fraction of a second', { proxy: { timeout: 0.25 } }],
    ['25 s to answer, the most of apex/up', { proxy: { timeout: 25 } }],
    ['the bounds of listen_timeout', { proxy: { listen_timeout: 900 } }],
    ['variables, an empty one too', { environment: { AB: '', b_1: 'x' } }],
    ['AWS names that are for users to set', { environment: { AWS_LAMBDA_EXEC_WRAPPER: '/opt/otel', TZ: ':UTC' } }],
    ['names that objects inherit', { environment: { toString: 'x', hasOwnProperty: 'y' } }],
    ['false', { logs: { disable: false } }],
    ['levels', { logs: { stdout: 'debug', stderr: 'fatal' } }],
    ['a function URL', { url: 'function_url' }],
  ])('%s', (_, input) => {
    expect(parse(input)).toMatchObject({ config: input, warnings: [] });
  });
});

describe('a value is refused with the range or the list', () => {
  test.each([
    ['an empty name', { name: '' }, `${nameRule}, not ""`],
    ['a name in capitals', { name: 'App' }, `${nameRule}, not "App"`],
    ['a name that begins with a digit', { name: '1a' }, `${nameRule}, not "1a"`],
    ['a name of 41 characters', { name: 'a'.repeat(41) }, `${nameRule}, not "${'a'.repeat(41)}"`],
    ['a null name, which is not an absent one', { name: null }, `${nameRule}, not null`],
    ['a description that is no text', { description: 1 }, 'description must be a string, not 1'],
    ['an unknown type', { type: 'sever' }, 'type must be "server" or "static", not "sever"'],
    ['an empty profile', { profile: '' }, 'profile must not be empty'],
    ['memory as a text', { lambda: { memory: '512' } }, 'lambda.memory must be a number from 128 to 10240, not "512"'],
    ['too little memory', { lambda: { memory: 127 } }, 'lambda.memory must be a number from 128 to 10240, not 127'],
    ['too much memory', { lambda: { memory: 10241 } }, 'lambda.memory must be a number from 128 to 10240, not 10241'],
    ['absurd memory', '{"lambda":{"memory":1e300}}', 'lambda.memory must be a number from 128 to 10240, not 1e300'],
    [
      'infinite memory',
      '{"lambda":{"memory":1e999}}',
      'lambda.memory must be a whole number from 128 to 10240, not 1e999',
    ],
    [
      'a part of a MB',
      { lambda: { memory: 512.5 } },
      'lambda.memory must be a whole number from 128 to 10240, not 512.5',
    ],
    [
      'a namespace of AWS for metrics',
      { logs: { metrics: 'AWS/Lambda' } },
      'logs.metrics must be true, false or the namespace of the metrics, not "AWS/Lambda"',
    ],
    ['null memory', { lambda: { memory: null } }, 'lambda.memory must be a number from 128 to 10240, not null'],
    ['a timeout of zero', { lambda: { timeout: 0 } }, 'lambda.timeout must be a number from 1 to 900, not 0'],
    ['false as a timeout', { lambda: { timeout: false } }, 'lambda.timeout must be a number from 1 to 900, not false'],
    [
      'a fractional timeout, even a long one',
      { lambda: { timeout: 900.5 } },
      'lambda.timeout must be a whole number from 1 to 900, not 900.5',
    ],
    [
      'an old runtime',
      { lambda: { runtime: 'nodejs10.x' } },
      'lambda.runtime must be "nodejs24.x" or "nodejs22.x", not "nodejs10.x"',
    ],
    [
      'an architecture',
      { lambda: { architecture: 'arm' } },
      'lambda.architecture must be "x86_64" or "arm64", not "arm"',
    ],
    [
      'a runtime client',
      { lambda: { runtime_client: 'AWS' } },
      'lambda.runtime_client must be "up" or "aws", not "AWS"',
    ],
    [
      'a role that is no ARN',
      { lambda: { role: 'my-role' } },
      'lambda.role must be the ARN of an IAM role, not "my-role"',
    ],
    [
      'the ARN of a user',
      { lambda: { role: 'arn:aws:iam::123456789012:user/a' } },
      'lambda.role must be the ARN of an IAM role, not "arn:aws:iam::123456789012:user/a"',
    ],
    ['a policy that is no list', { lambda: { policy: statement } }, 'lambda.policy must be a list, not an object'],
    [
      'a statement that is no object',
      { lambda: { policy: ['s3:*'] } },
      'lambda.policy[0] must be an object, not "s3:*"',
    ],
    [
      'a statement without effect',
      { lambda: { policy: [{ Action: '*', Resource: '*' }] } },
      'lambda.policy[0].Effect is missing',
    ],
    [
      'a statement without action',
      { lambda: { policy: [{ Effect: 'Allow', Resource: '*' }] } },
      'lambda.policy[0] must have one of Action and NotAction',
    ],
    [
      'a statement with both resources',
      { lambda: { policy: [{ ...statement, NotResource: '*' }] } },
      'lambda.policy[0] must have one of Resource and NotResource',
    ],
    [
      'an action that is no text',
      { lambda: { policy: [{ ...statement, Action: ['*', 1] }] } },
      'lambda.policy[0].Action[1] must be a string, not 1',
    ],
    [
      'an action of the wrong kind',
      { lambda: { policy: [{ ...statement, Action: 1 }] } },
      'lambda.policy[0].Action must be a string or a list of strings, not 1',
    ],
    [
      'an action without its service',
      { lambda: { policy: [{ ...statement, Action: 'ses' }] } },
      'lambda.policy[0].Action must be as "s3:GetObject" is, or "*", not "ses"',
    ],
    [
      'an action with a space',
      { lambda: { policy: [{ ...statement, Action: ['s3:*', 's3:Get Object'] }] } },
      'lambda.policy[0].Action[1] must be as "s3:GetObject" is, or "*", not "s3:Get Object"',
    ],
    [
      'a resource that is only named',
      { lambda: { policy: [{ ...statement, Resource: 'uploads' }] } },
      'lambda.policy[0].Resource must be an ARN or "*", not "uploads"',
    ],
    ['an empty command', { proxy: { command: '' } }, 'proxy.command must not be empty'],
    [
      'a command as a list',
      { proxy: { command: ['node'] } },
      'proxy.command must be the command that starts the app, not a list',
    ],
    ['no time to answer', { proxy: { timeout: 0 } }, 'proxy.timeout must be a number greater than 0, not 0'],
    ['a duration', { proxy: { timeout: '15s' } }, 'proxy.timeout must be a number greater than 0, not "15s"'],
    [
      'no time to listen',
      { proxy: { listen_timeout: 0.5 } },
      'proxy.listen_timeout must be a number from 1 to 900, not 0.5',
    ],
    [
      'too long to listen',
      { proxy: { listen_timeout: 901 } },
      'proxy.listen_timeout must be a number from 1 to 900, not 901',
    ],
    [
      'a number in the environment',
      '{"environment":{"AB":1.0}}',
      'environment.AB must be a string, not 1.0: write "1.0"',
    ],
    [
      'a boolean in the environment',
      { environment: { AB: true } },
      'environment.AB must be a string, not true: write "true"',
    ],
    ['null in the environment', { environment: { AB: null } }, 'environment.AB must be a string, not null'],
    ['an object in the environment', { environment: { AB: {} } }, 'environment.AB must be a string, not an object'],
    ['an illegal variable', { environment: { 'a-b': '' } }, `environment["a-b"] ${variableRule}`],
    ['a variable that begins with a digit', { environment: { '1a': '' } }, `environment.1a ${variableRule}`],
    ['a variable that begins with an underscore', { environment: { _ab: '' } }, `environment._ab ${variableRule}`],
    ['a variable of one letter', { environment: { A: '' } }, `environment.A ${variableRule}`],
    ['a variable without a name', { environment: { '': '' } }, `environment[""] ${variableRule}`],
    [
      'a variable with a NUL',
      { environment: { AB: 'x\u0000y' } },
      'environment.AB must not hold a NUL character: no process can be given one',
    ],
    [
      'a NUL in a stage',
      { stages: { beta: { environment: { AB: '\u0000' } } } },
      'stages.beta.environment.AB must not hold a NUL character: no process can be given one',
    ],
    [
      'PORT',
      { environment: { PORT: '80' } },
      'environment.PORT is reserved: the proxy picks a free port and tells the app in PORT',
    ],
    [
      'a level',
      { logs: { stderr: 'warning' } },
      'logs.stderr must be "debug", "info", "warn", "error" or "fatal", not "warning"',
    ],
    ['a text for a boolean', { logs: { disable: 'false' } }, 'logs.disable must be true or false, not "false"'],
    ['zero for a boolean', { logs: { disable: 0 } }, 'logs.disable must be true or false, not 0'],
    [
      'a hook that is no command',
      { hooks: { build: 1 } },
      'hooks.build must be a command or a list of commands, not 1',
    ],
    ['a hook with a wrong command', { hooks: { build: ['make', 1] } }, 'hooks.build[1] must be a command, not 1'],
    ['an empty command in a hook', { hooks: { build: [''] } }, 'hooks.build[0] must not be empty'],
    ['a URL', { url: 'rest_api' }, 'url must be "http_api" or "function_url", not "rest_api"'],
    ['a section that is null', { lambda: null }, 'lambda must be an object, not null'],
    ['a section that is a list', { logs: [] }, 'logs must be an object, not a list'],
    ['the environment as a list', { environment: ['A=1'] }, 'environment must be an object, not a list'],
    ['stages as a list', { stages: ['beta'] }, 'stages must be an object, not a list'],
    ['a stage that is null', { stages: { beta: null } }, 'stages.beta must be an object, not null'],
    [
      'a stage name with a dash',
      { stages: { 'pre-prod': {} } },
      'stages["pre-prod"] is not a stage name: up to 128 letters, digits and underscores',
    ],
    [
      'a stage name of digits, which would be a version',
      { stages: { '42': {} } },
      'stages.42 is not a stage name: at least one character must not be a digit',
    ],
    [
      'regions as a text',
      { regions: 'us-east-1' },
      'regions must be a list with one region, such as ["us-east-1"], not "us-east-1"',
    ],
    [
      'a mistyped region',
      { regions: ['us-est-1'] },
      'regions[0] must be a known AWS region, not "us-est-1", did you mean "us-east-1"?',
    ],
    ['a region of no kind', { regions: ['the moon'] }, 'regions[0] must be a known AWS region, not "the moon"'],
    ['two regions', { regions: ['us-east-1', 'eu-west-1'] }, 'regions[1] is one too many: a deploy goes to one region'],
  ])('%s', (_, input, message) => {
    expect(messagesOf(input)).toEqual([message]);
  });

  const byDeploys = ['UP_STAGE', 'UP_COMMIT', 'UP_AUTHOR'].map((name) => [name, 'every deploy sets it']);
  const byLambda = reservedByLambda.map((name) => [name, 'Lambda sets it and refuses any other value']);
  test.each([...byDeploys, ...byLambda])('%s is reserved: %s', (name = '', why) => {
    expect(messagesOf({ environment: { [name]: 'x' } })).toEqual([`environment.${name} is reserved: ${why}`]);
  });
});

describe('hooks are lists however they are written', () => {
  test.each([
    ['a command becomes a list of one', { build: 'make' }, { build: ['make'] }],
    ['a list stays a list', { clean: ['a', 'b'] }, { clean: ['a', 'b'] }],
    ['an empty list is not an absent hook', { build: [] }, { build: [] }],
  ])('%s', (_, hooks, expected) => {
    expect(parse({ hooks }).config.hooks).toEqual(expected);
  });
});

describe('the name', () => {
  test('of the file wins over the fallback', () => {
    expect(parse({ name: 'other' }).config.name).toBe('other');
  });
});
