import { describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { warmMinutes } from '../../config/warm-rate.ts';
import { messagesOf, parse } from './parse.ts';

function lambdaOf(input: unknown, stage = 'production') {
  const { warm, warm_count, warm_rate, provisioned, reserved } = resolveStage(parse(input).config, stage).lambda;
  return { warm, warm_count, minutes: warmMinutes(warm_rate), provisioned, reserved };
}

const defaults = { warm: false, warm_count: 15, minutes: 5, provisioned: 0, reserved: undefined };

describe('warming is off by default, and set for all stages or for one', () => {
  test.each([
    ['nothing', {}, defaults],
    ['all', { lambda: { warm: true, warm_count: 3 } }, { ...defaults, warm: true, warm_count: 3 }],
    ['one', { stages: { production: { lambda: { warm: true } } } }, { ...defaults, warm: true }],
    [
      'all but one',
      {
        lambda: { warm: true, provisioned: 2 },
        stages: { production: { lambda: { warm: false, provisioned: null } } },
      },
      defaults,
    ],
    ['what is reserved', { lambda: { reserved: 0 } }, { ...defaults, reserved: 0 }],
    [
      'all that is reserved',
      { lambda: { warm: true, warm_count: 5, provisioned: 5, reserved: 5 } },
      { ...defaults, warm: true, warm_count: 5, provisioned: 5, reserved: 5 },
    ],
    [
      'what would be too much, where nothing is deployed',
      { lambda: { reserved: 2 }, stages: { development: { lambda: { provisioned: 3, warm: true } } } },
      { ...defaults, reserved: 2 },
    ],
  ])('%s', (_, input, expected) => {
    expect(lambdaOf(input)).toEqual(expected);
  });
});

describe('warm_rate is a time of whole minutes, written as apex/up took it', () => {
  test.each([
    ['1m', 1],
    ['15m', 15],
    ['1h', 60],
    ['1h30m', 90],
    ['900s', 15],
    ['24h', 1440],
    [300, 5],
  ])('%s', (warm_rate, minutes) => {
    expect(lambdaOf({ lambda: { warm_rate } }).minutes).toBe(minutes);
  });

  test.each([
    ['0m'],
    ['25h'],
    ['24h1m'],
    ['1h or so'],
    ['90s'],
    ['30s'],
    ['5'],
    ['m'],
    ['5 m'],
    ['-5m'],
    [''],
    [15],
    [0],
    [true],
  ])('%s is refused', (warm_rate) => {
    expect(messagesOf({ lambda: { warm_rate } })).toEqual([
      `lambda.warm_rate must be a time of whole minutes from "1m" to "24h", not ${JSON.stringify(warm_rate)}`,
    ]);
  });
});

describe('what cannot be is refused', () => {
  test.each<[string, object, string]>([
    [
      'more warm than reserved',
      { lambda: { warm: true, reserved: 5 } },
      'lambda.warm_count is 15, and only 5 environments are reserved: raise lambda.reserved or lower it',
    ],
    [
      'more provisioned than reserved, in one stage',
      { lambda: { reserved: 2 }, stages: { production: { lambda: { provisioned: 3 } } } },
      'stages.production.lambda.provisioned is 3, and only 2 environments are reserved: raise lambda.reserved or lower it',
    ],
    ['a count of none', { lambda: { warm_count: 0 } }, 'lambda.warm_count must be a number from 1 to 1000, not 0'],
    ['a stage that is warm by a word', { lambda: { warm: 'yes' } }, 'lambda.warm must be true or false, not "yes"'],
  ])('%s', (_, input, message) => {
    expect(messagesOf(input)).toEqual([message]);
  });
});
