import { describe, expect, test } from 'vitest';
import { proxyConfig, resolveStage, stageNames } from '../../config/index.ts';
import { errorOf, messagesOf, parse } from './parse.ts';

/** The stage `beta` of a file that says `base` at the top and `overrides` for the stage. */
function beta(base: object, overrides: object) {
  return resolveStage(parse({ ...base, stages: { beta: overrides } }).config, 'beta');
}

describe('the stages of an app', () => {
  test('always include development, staging and production', () => {
    expect(stageNames(parse({}).config)).toEqual(['development', 'staging', 'production']);
  });

  test('and those of the file, in its order', () => {
    const { config } = parse('{"stages": {"zeta": {}, "production": {}, "Alpha_1": {}}}');
    expect(stageNames(config)).toEqual(['development', 'staging', 'production', 'zeta', 'Alpha_1']);
  });

  test('may be named as something objects inherit', () => {
    const { config } = parse({ stages: { toString: { url: 'function_url' } } });
    expect(resolveStage(config, 'toString').url).toBe('function_url');
  });
});

describe('a stage that the file does not have is refused with the list', () => {
  test.each([
    [
      'a mistyped name',
      'prodution',
      'unknown stage "prodution", did you mean "production"? The stages are development, staging, production',
    ],
    ['a name like no other', 'x', 'unknown stage "x". The stages are development, staging, production'],
    [
      'a name that objects inherit',
      'constructor',
      'unknown stage "constructor". The stages are development, staging, production',
    ],
  ])('%s', (_, stage, message) => {
    const error = errorOf(() => resolveStage(parse({}).config, stage));
    expect(error).toMatchObject({ code: 'UP_STAGE_UNKNOWN', message, problems: [] });
  });
});

describe('a stage merges over the top of the file', () => {
  test.each([
    [
      'objects key by key',
      { lambda: { memory: 1024, timeout: 60 } },
      { lambda: { memory: 2048 } },
      { lambda: { memory: 2048, timeout: 60 } },
    ],
    [
      'variables by name',
      { environment: { AA: '1', BB: '1' } },
      { environment: { BB: '2', CC: '2' } },
      { environment: { AA: '1', BB: '2', CC: '2' } },
    ],
    [
      'pages and time limits by name, and null takes one back',
      { error_pages: { variables: { color: 'red', name: 'x' } }, proxy: { timeouts: { '/a': 1, '/b': 2 } } },
      { error_pages: { variables: { color: null } }, proxy: { timeouts: { '/b': null } } },
      { error_pages: { variables: { name: 'x' } }, proxy: { timeouts: { '/a': 1 } } },
    ],
    [
      'lists as a whole',
      { hooks: { build: ['a', 'b'], clean: 'c' } },
      { hooks: { build: 'd' } },
      { hooks: { build: ['d'], clean: ['c'] } },
    ],
    ['single values', { url: 'http_api' }, { url: 'function_url' }, { url: 'function_url' }],
    [
      'false and the empty text are values',
      { logs: { disable: true }, environment: { AA: '1' } },
      { logs: { disable: false }, environment: { AA: '' } },
      { logs: { disable: false }, environment: { AA: '' } },
    ],
    ['an empty list is a value', { hooks: { build: 'a' } }, { hooks: { build: [] } }, { hooks: { build: [] } }],
    ['nothing changes nothing', { proxy: { command: 'a' } }, {}, { proxy: { command: 'a' } }],
    [
      'a command of the stage',
      { proxy: { command: 'a', listen_timeout: 5 } },
      { proxy: { command: 'b' } },
      { proxy: { command: 'b', listen_timeout: 5 } },
    ],
  ])('%s', (_, base, overrides, expected) => {
    expect(beta(base, overrides)).toMatchObject(expected);
  });
});

describe('null in a stage is back to the default', () => {
  test.each([
    [
      'for a value',
      { lambda: { memory: 1024, timeout: 9 } },
      { lambda: { memory: null } },
      { lambda: { memory: 512, timeout: 9 } },
    ],
    [
      'for a section',
      { logs: { stdout: 'debug', disable: true } },
      { logs: null },
      { logs: { stdout: 'info', disable: false } },
    ],
    ['for a list', { compress: { except: ['/a'] } }, { compress: { except: null } }, { compress: { except: [] } }],
    ['for the URL', { url: 'function_url' }, { url: null }, { url: 'http_api' }],
  ])('%s', (_, base, overrides, expected) => {
    expect(beta(base, overrides)).toMatchObject(expected);
  });

  test.each([
    ['a variable', { environment: { AA: '1', BB: '1' } }, { environment: { AA: null } }, { environment: { BB: '1' } }],
    ['all variables', { environment: { AA: '1' } }, { environment: null }, { environment: {} }],
    ['a hook', { hooks: { build: 'a', clean: 'b' } }, { hooks: { build: null } }, { hooks: { clean: ['b'] } }],
  ])('which for %s is to have none', (_, base, overrides, expected) => {
    const { environment, hooks } = beta(base, overrides);
    expect({ environment, hooks }).toEqual({ environment: {}, hooks: {}, ...expected });
  });

  test('which for the command and the role is to have none', () => {
    const role = 'arn:aws:iam::123456789012:role/a';
    const stage = beta(
      { proxy: { command: 'a' }, lambda: { role } },
      { proxy: { command: null }, lambda: { role: null } },
    );
    expect(stage.proxy).not.toHaveProperty('command');
    expect(stage.lambda).not.toHaveProperty('role');
  });
});

describe('overrides obey the rules of the keys they override', () => {
  test.each([
    ['a range', { lambda: { memory: 1 } }, 'stages.beta.lambda.memory must be a number from 128 to 10240, not 1'],
    [
      'a list of words',
      { logs: { stdout: 'all' } },
      'stages.beta.logs.stdout must be "debug", "info", "warn", "error" or "fatal", not "all"',
    ],
    [
      'texts in the environment',
      { environment: { AA: 1 } },
      'stages.beta.environment.AA must be a string, not 1: write "1"',
    ],
    [
      'reserved variables',
      { environment: { PORT: null } },
      'stages.beta.environment.PORT is reserved: the proxy picks a free port and tells the app in PORT',
    ],
    ['hooks', { hooks: { build: ['a', null] } }, 'stages.beta.hooks.build[1] must be a command, not null'],
    ['the kind of a section', { proxy: 'node' }, 'stages.beta.proxy must be an object, not "node"'],
  ])('%s', (_, overrides, message) => {
    expect(messagesOf({ stages: { beta: overrides } })).toEqual([message]);
  });
});

describe('what all stages share is said once', () => {
  test.each([
    ['the statements of the role', { policy: [] }],
    ['a reservation of the function', { reserved: 5 }],
  ])('%s', (_, lambda) => {
    const [key] = Object.keys(lambda);
    const [message] = messagesOf({ stages: { production: { lambda } } });
    expect(message).toMatch(new RegExp(`^"${key}" is the same for all stages: a stage may set "memory", `));
  });

  test('and stays where a stage takes the rest of the section back', () => {
    const policy = [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }];
    const { lambda } = beta({ lambda: { memory: 1024, policy, reserved: 5 } }, { lambda: null });
    expect(lambda).toMatchObject({ memory: 512, policy, reserved: 5 });
  });
});

describe('a resolved stage', () => {
  test('has every default, its own name, and no stages', () => {
    const { config } = parse({ name: 'shop', regions: ['eu-west-1'], profile: 'dev' });
    expect(resolveStage(config, 'staging')).toMatchObject({
      stage: 'staging',
      name: 'shop',
      description: '',
      profile: 'dev',
      regions: ['eu-west-1'],
      lambda: {
        memory: 512,
        timeout: 30,
        runtime: 'nodejs24.x',
        architecture: 'x86_64',
        runtime_client: 'up',
        policy: [],
      },
      proxy: {
        timeout: 29.5,
        timeouts: {},
        listen_timeout: 15,
        background: 0,
        events_path: '/events',
        error_statuses: ['500-599'],
        stream: false,
      },
      environment: {},
      logs: { disable: false, stdout: 'info', stderr: 'error' },
      hooks: {},
      url: 'http_api',
      robots: false,
      powered_by: false,
      path: '',
    });
  });

  test('is a copy: resolving leaves the configuration as it was', () => {
    const { config } = parse({
      environment: { AA: '1' },
      stages: { beta: { environment: { AA: null }, lambda: null } },
    });
    const before = structuredClone(config);
    resolveStage(config, 'beta').environment.BB = '2';
    expect(config).toEqual(before);
  });
});

describe('what is shipped to the proxy', () => {
  test('is every stage, with what the proxy needs and nothing that only the CLI does', () => {
    const { config } = parse({
      name: 'shop',
      profile: 'dev',
      regions: ['eu-west-1'],
      environment: { SECRET: 'x' },
      hooks: { build: 'make' },
      lambda: { role: 'arn:aws:iam::123456789012:role/a' },
      stages: { beta: { proxy: { command: 'b', timeout: 5 }, lambda: { memory: 128 }, url: 'function_url' } },
    });
    const stage = {
      name: 'shop',
      lambda: { timeout: 30, memory: 512, runtime: 'nodejs24.x' },
      proxy: {
        timeout: 29.5,
        timeouts: {},
        listen_timeout: 15,
        background: 0,
        events_path: '/events',
        error_statuses: ['500-599'],
        stream: false,
      },
      logs: { disable: false, stdout: 'info', stderr: 'error' },
      url: 'http_api',
      robots: false,
      powered_by: false,
      path: '',
    };
    const shipped = proxyConfig(config);
    for (const key of ['environment', 'hooks', 'profile', 'regions', 'description'])
      expect(shipped.stages.staging).not.toHaveProperty(key);
    expect(JSON.stringify(shipped)).not.toMatch(/SECRET|role\/a/);
    expect(shipped).toMatchObject({
      version: 1,
      stages: {
        development: stage,
        staging: stage,
        production: { ...stage, robots: true },
        beta: {
          ...stage,
          lambda: { ...stage.lambda, memory: 128 },
          proxy: {
            command: 'b',
            timeout: 5,
            timeouts: {},
            listen_timeout: 15,
            background: 0,
            events_path: '/events',
            error_statuses: ['500-599'],
            stream: true,
          },
          url: 'function_url',
        },
      },
    });
  });

  test('is the same, byte for byte, whatever the order of the keys in the file', () => {
    const one = parse(
      '{"name": "x", "proxy": {"command": "a", "timeout": 5}, "logs": {"stdout": "warn", "stderr": "warn"}}',
    );
    const two = parse(
      '{"logs": {"stderr": "warn", "stdout": "warn"}, "proxy": {"timeout": 5, "command": "a"}, "name": "x"}',
    );
    expect(JSON.stringify(proxyConfig(one.config))).toBe(JSON.stringify(proxyConfig(two.config)));
  });
});
