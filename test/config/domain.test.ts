import { describe, expect, test } from 'vitest';
import { proxyConfig, resolveStage } from '../../config/index.ts';
import { messagesOf, parse, placesOf } from './parse.ts';

const domain = 'api.example.com';
const cert = 'arn:aws:acm:eu-west-1:123456789012:certificate/8a1dc0f2-5b3e-4c61';

function stage(settings: object, name = 'production') {
  return { stages: { [name]: settings } };
}

describe('the domain of a stage', () => {
  test('is null where it is not said, with a zone to look for', () => {
    const none = { domain: null, otherDomains: [], path: '', zone: true, cert: null };
    expect(resolveStage(parse({}).config, 'production')).toMatchObject(none);
    const nulls = stage({ domain: null, path: null, zone: null, cert: null });
    expect(resolveStage(parse(nulls).config, 'production')).toMatchObject(none);
  });

  test('comes with its path, zone and certificate', () => {
    const { config } = parse(stage({ domain, path: '/v1/', zone: 'example.com', cert }));
    expect(resolveStage(config, 'production')).toMatchObject({ domain, path: '/v1', zone: 'example.com', cert });
  });

  test('is known to the other stages', () => {
    const { config } = parse(stage({ domain }));
    expect(resolveStage(config, 'production').otherDomains).toEqual([]);
    expect(resolveStage(config, 'staging')).toMatchObject({ domain: null, otherDomains: [domain] });
  });

  test('is no part of the package, which would be another one with every change of it', () => {
    const without = proxyConfig(parse({}).config);
    expect(proxyConfig(parse(stage({ domain, zone: false })).config)).toEqual(without);
  });

  test('may be shared by two stages with paths of their own', () => {
    parse({ stages: { production: { domain }, staging: { domain, path: '/next' } } });
  });
});

const nameRule = 'must be a domain such as "api.example.com", in lower case';

describe('is refused', () => {
  test.each<[why: string, settings: object, message: string]>([
    [
      'with a scheme',
      { domain: 'https://example.com' },
      `stages.production.domain ${nameRule}, not "https://example.com"`,
    ],
    ['with a port', { domain: 'example.com:443' }, `stages.production.domain ${nameRule}, not "example.com:443"`],
    ['in upper case', { domain: 'Example.com' }, `stages.production.domain ${nameRule}, not "Example.com"`],
    ['as a wildcard', { domain: '*.example.com' }, `stages.production.domain ${nameRule}, not "*.example.com"`],
    ['of one label', { domain: 'localhost' }, `stages.production.domain ${nameRule}, not "localhost"`],
    [
      'with a Function URL',
      { domain, url: 'function_url' },
      'stages.production.domain cannot be: a Function URL has no custom domain. Set "url" to "http_api", or leave "domain" out',
    ],
    [
      'with a zone it is not in',
      { domain, zone: 'example.org' },
      'stages.production.zone cannot hold "api.example.com", which does not end in it',
    ],
    [
      'with a zone whose name it merely ends in',
      { domain, zone: 'ple.com' },
      'stages.production.zone cannot hold "api.example.com", which does not end in it',
    ],
    [
      'with a certificate that is none',
      { domain, cert: 'x' },
      'stages.production.cert must be the ARN of an ACM certificate, not "x"',
    ],
    [
      'as a zone without a domain',
      { zone: false },
      'stages.production.zone needs a "domain", which this stage does not have',
    ],
    ['as a certificate alone', { cert }, 'stages.production.cert needs a "domain", which this stage does not have'],
  ])('%s', (_why, settings, message) => {
    expect(messagesOf(stage(settings))).toEqual([message]);
  });

  test('twice at the same path', () => {
    const twice = { stages: { production: { domain, path: '/a/' }, staging: { domain, path: '/a' } } };
    expect(messagesOf(twice)).toEqual(['stages.production.domain is that of staging: give one a "path"']);
    expect(placesOf(twice)).toEqual(['1:35 stages.production.domain']);
  });

  test('with "url": "function_url" at the top of the file', () => {
    expect(messagesOf({ url: 'function_url', ...stage({ domain }) })).toHaveLength(1);
  });
});
