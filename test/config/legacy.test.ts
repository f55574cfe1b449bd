/** An up.json of apex/up: what it had works unchanged, and each difference is one message. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { messagesOf, parse } from './parse.ts';

const read = (name: string) => readFileSync(new URL(`../fixtures/apex-up/${name}`, import.meta.url), 'utf8');

describe('an up.json with every key that apex/up documents and Lambda still knows', () => {
  const { config, warnings } = parse(read('up.json'));

  test('is taken without a word', () => {
    expect(warnings).toEqual([]);
  });

  test('means what it meant, stage by stage', () => {
    expect(resolveStage(config, 'staging')).toMatchObject({
      domain: 'api.example.com',
      path: '/v1',
      lambda: { memory: 256, timeout: 30, runtime: 'nodejs22.x' },
      hooks: { postdeploy: ['echo postdeploy $UP_STAGE >> hooks.log'] },
      proxy: { command: 'node app.js', timeout: 25, listen_timeout: 15 },
      environment: { GREETING: 'hello' },
      alerts: [{ name: 'http.count', actions: ['email.team'], threshold: 100 }],
    });
    expect(resolveStage(config, 'production')).toMatchObject({
      domain: 'example.com',
      zone: false,
      lambda: { memory: 1024, timeout: 60 },
      hooks: { prebuild: ['echo prebuild >> hooks.log'], postdeploy: ['echo one', 'echo two'] },
      alerts: [{ name: 'http.count' }, { name: 'http.latency', actions: ['slack.ops'], period: 300 }],
    });
  });
});

test('what this tool cannot do is refused, each with one message', () => {
  expect(messagesOf(read('differences.json'))).toMatchInlineSnapshot(`
    [
      "regions[0] must be a known AWS region, not "us-*"",
      "regions[1] is one too many: a deploy goes to one region",
      "lambda.runtime must be "nodejs24.x" or "nodejs22.x", not "nodejs10.x"",
      "\`dns\` is not supported yet: keep these records in Route 53, where those of a "domain" are written for it",
    ]
  `);
});

test('a stage is refused what the file is', () => {
  expect(messagesOf({ stages: { production: { dns: {} } } })).toEqual([
    expect.stringMatching(/^`stages\.production\.dns` is not supported yet/),
  ]);
});

describe('what has no effect any more', () => {
  const { config, warnings } = parse(read('needless.json'));

  test('is passed over, each with one warning at its place', () => {
    expect(warnings.map(({ line, column, message }) => `${line}:${column} ${message}`)).toMatchInlineSnapshot(`
      [
        "5:5 \`lambda.accelerate\` is not needed, leave it out: large packages go through a bucket in the region of the app",
        "6:5 \`lambda.endpoint\` is not needed, leave it out: an HTTP API is regional",
        "9:104 \`actions[0].gifs\` is not needed, leave it out: messages come without pictures",
        "12:5 \`proxy.backoff\` is not needed, leave it out: an app that fails to start is tried again with growing pauses",
        "13:5 \`proxy.retry\` is not needed, leave it out: what provably never reached the app is sent again",
        "14:5 \`proxy.shutdown_timeout\` is not needed, leave it out: Lambda gives the app 300 ms after SIGTERM",
        "16:59 \`stages.production.lambda.endpoint\` is not needed, leave it out: an HTTP API is regional",
      ]
    `);
  });

  test('leaves what stands beside it', () => {
    expect(config).toMatchObject({ lambda: { memory: 256 }, proxy: { timeout: 20 }, actions: [{ name: 'slack.ops' }] });
    expect(resolveStage(config, 'production').lambda.memory).toBe(1024);
  });
});

test('but only where apex/up had it', () => {
  expect(messagesOf({ logs: { cors: {} } })).toEqual([
    'unknown key "cors": expected "disable", "stdout", "stderr", "redact" or "metrics"',
  ]);
});
