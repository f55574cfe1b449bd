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

test('every difference is one message, and says what to do', () => {
  expect(messagesOf(read('differences.json'))).toMatchInlineSnapshot(`
    [
      "regions[0] must be a known AWS region, not "us-*"",
      "regions[1] is one too many: a deploy goes to one region",
      "lambda.runtime must be "nodejs24.x" or "nodejs22.x", not "nodejs10.x"",
      "\`lambda.accelerate\` is not needed, leave it out: large packages go through a bucket in the region of the app",
      "\`lambda.endpoint\` is not needed, leave it out: an HTTP API is regional",
      "\`dns\` is not supported yet: keep these records in Route 53, where those of a "domain" are written for it",
      "\`actions[0].gifs\` is not needed, leave it out: messages come without pictures",
      "\`proxy.backoff\` is not needed, leave it out: an app that fails to start is tried again with growing pauses",
      "\`proxy.retry\` is not needed, leave it out: what provably never reached the app is sent again",
      "\`proxy.shutdown_timeout\` is not needed, leave it out: Lambda gives the app 300 ms after SIGTERM",
      "\`stages.production.lambda.endpoint\` is not needed, leave it out: an HTTP API is regional",
    ]
  `);
});

test('and a stage refuses what the top of the file refuses', () => {
  expect(messagesOf({ stages: { production: { proxy: { retry: true } } } })).toEqual([
    '`stages.production.proxy.retry` is not needed, leave it out: what provably never reached the app is sent again',
  ]);
});

test('but only where apex/up had it', () => {
  expect(messagesOf({ logs: { cors: {} } })).toEqual([
    'unknown key "cors": expected "disable", "stdout", "stderr", "redact" or "metrics"',
  ]);
});
