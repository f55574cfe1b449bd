import { describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { messagesOf, parse } from './parse.ts';

/** The timeouts in force in a stage. */
function timeoutsOf(input: unknown, stage = 'production') {
  const { lambda, proxy } = resolveStage(parse(input).config, stage);
  return { lambda: lambda.timeout, proxy: proxy.timeout, timeouts: proxy.timeouts };
}

describe('proxy.timeout leaves half a second to answer', () => {
  test.each([
    ['by default', {}, { lambda: 30, proxy: 29.5 }],
    ['of a shorter function', { lambda: { timeout: 1 } }, { lambda: 1, proxy: 0.5 }],
    ['and is kept where it fits', { proxy: { timeout: 25 } }, { lambda: 30, proxy: 25 }],
    ['and is kept at the very limit', { proxy: { timeout: 29.5 } }, { lambda: 30, proxy: 29.5 }],
    ['and follows the stage', { stages: { production: { lambda: { timeout: 60 } } } }, { lambda: 60, proxy: 59.5 }],
    ['and is lowered where it does not fit', { proxy: { timeout: 40 } }, { lambda: 30, proxy: 29.5 }],
    [
      'and is not lowered for a stage that has the time',
      { proxy: { timeout: 40 }, stages: { production: { lambda: { timeout: 60 } } } },
      { lambda: 60, proxy: 40 },
    ],
    [
      'and is lowered for a stage that has less time',
      { proxy: { timeout: 25 }, stages: { production: { lambda: { timeout: 10 } } } },
      { lambda: 10, proxy: 9.5 },
    ],
    [
      'and a stage that says null has the default',
      { proxy: { timeout: 5 }, stages: { production: { proxy: { timeout: null } } } },
      { lambda: 30, proxy: 29.5 },
    ],
    [
      'and does so for single paths',
      { proxy: { timeouts: { '/reports/*': 40 } }, stages: { production: { lambda: { timeout: 10 } } } },
      { lambda: 10, proxy: 9.5, timeouts: { '/reports/*': 9.5 } },
    ],
    ['and a lambda.timeout beyond 900 is 900', { lambda: { timeout: 1200 } }, { lambda: 900, proxy: 899.5 }],
  ])('%s', (_, input, expected) => {
    expect(timeoutsOf(input)).toEqual({ timeouts: {}, ...expected });
  });
});

describe('a timeout that was legal in apex/up is lowered with one warning', () => {
  test.each([
    ['none for what fits', { lambda: { timeout: 60 }, proxy: { timeout: 25 } }, []],
    [
      'a lambda.timeout that Lambda refuses',
      { lambda: { timeout: 1200 } },
      ['1:22 lambda.timeout is at most 900 in Lambda: 1200 is taken as 900'],
    ],
    [
      'a lambda.timeout in a stage',
      { stages: { beta: { lambda: { timeout: 901 } } } },
      ['1:40 stages.beta.lambda.timeout is at most 900 in Lambda: 901 is taken as 900'],
    ],
    [
      'a proxy.timeout that outlasts the function',
      { proxy: { timeout: 30 } },
      ['1:21 proxy.timeout must end 0.5 s before lambda.timeout: 30 is taken as 29.5'],
    ],
    [
      'once, though all stages inherit it',
      { proxy: { timeout: 30 }, stages: { beta: { lambda: { memory: 128 } } } },
      ['1:21 proxy.timeout must end 0.5 s before lambda.timeout: 30 is taken as 29.5'],
    ],
    [
      'a proxy.timeout in a stage',
      { stages: { beta: { proxy: { timeout: 31 } } } },
      ['1:39 stages.beta.proxy.timeout must end 0.5 s before lambda.timeout: 31 is taken as 29.5'],
    ],
    [
      'the lambda.timeout of a stage that cuts an inherited proxy.timeout',
      { proxy: { timeout: 25 }, stages: { beta: { lambda: { timeout: 10 } } } },
      ['1:63 stages.beta.proxy.timeout must end 0.5 s before lambda.timeout: 25 is taken as 9.5'],
    ],
    ['what is at the very limit is not', { proxy: { timeout: 29.5, timeouts: { '/reports': 29.5 } } }, []],
    [
      'a path that outlasts the function',
      { proxy: { timeouts: { '/reports': 30 } } },
      ['1:34 proxy.timeouts["/reports"] must end 0.5 s before lambda.timeout: 30 is taken as 29.5'],
    ],
    [
      'a path in a stage',
      { stages: { beta: { proxy: { timeouts: { '/reports': 30 } } } } },
      ['1:52 stages.beta.proxy.timeouts["/reports"] must end 0.5 s before lambda.timeout: 30 is taken as 29.5'],
    ],
    [
      'a stage that gives the time back',
      { lambda: { timeout: 60 }, proxy: { timeout: 40 }, stages: { beta: { lambda: null } } },
      ['1:76 stages.beta.proxy.timeout must end 0.5 s before lambda.timeout: 40 is taken as 29.5'],
    ],
    [
      'both',
      { lambda: { timeout: 1000 }, proxy: { timeout: 1000 } },
      [
        '1:22 lambda.timeout is at most 900 in Lambda: 1000 is taken as 900',
        '1:47 proxy.timeout must end 0.5 s before lambda.timeout: 1000 is taken as 899.5',
      ],
    ],
  ])('%s', (_, input, expected) => {
    expect(parse(input).warnings.map(({ line, column, message }) => `${line}:${column} ${message}`)).toEqual(expected);
  });

  test('and nothing else of the section changes with it', () => {
    expect(resolveStage(parse({ lambda: { timeout: 1000, memory: 256 } }).config, 'production').lambda).toMatchObject({
      timeout: 900,
      memory: 256,
    });
  });

  test.each(['1000', 1000.5, null])('a lambda.timeout of %j was legal nowhere', (timeout) => {
    expect(messagesOf({ lambda: { timeout } })).toEqual([expect.stringMatching(/^lambda.timeout must be a .*number/)]);
  });

  test('a stage that is none is no reason to fail otherwise', () => {
    expect(messagesOf({ stages: { beta: null } })).toEqual(['stages.beta must be an object, not null']);
  });

  test('memory is not lowered: no such value was ever legal in Lambda', () => {
    expect(messagesOf({ lambda: { memory: 20_000 } })).toEqual([
      'lambda.memory must be a number from 128 to 10240, not 20000',
    ]);
  });
});
