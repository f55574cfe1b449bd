import { describe, expect, test } from 'vitest';
import { renderProblems } from '../../config/index.ts';
import { messagesOf, parse, placesOf, problemsOf } from './parse.ts';

const secret = 'hunter2';

/** A value that makes `{"AB":"..."}` that many bytes long. */
function filling(bytes: number): string {
  return secret.padEnd(bytes - '{"AB":""}'.length, 'x');
}

const most = 4096 - 200;
const tooMuch = { AB: filling(most + 1) };

describe('the variables of a stage', () => {
  test.each([
    ['that just fit', { environment: { AB: filling(most) } }],
    ['of a laptop, which has room', { stages: { development: { environment: tooMuch } } }],
    [
      'that every deployed stage takes away',
      {
        environment: tooMuch,
        stages: { staging: { environment: { AB: null } }, production: { environment: { AB: null } } },
      },
    ],
  ])('%s are taken', (_, input) => {
    expect(parse(input).warnings).toEqual([]);
  });

  test.each([
    ['at the top, once', { environment: tooMuch }, ['1:2 environment']],
    ['in a stage', { stages: { beta: { environment: tooMuch } } }, ['1:20 stages.beta.environment']],
    [
      'at the top and in a stage together',
      { environment: { CD: filling(2000) }, stages: { staging: { environment: { AB: filling(2000) } } } },
      [expect.stringContaining(' stages.staging.environment')],
    ],
    ['in bytes, not letters', { environment: { AB: 'é'.repeat(2000) } }, ['1:2 environment']],
  ])('that are too large are refused %s', (_, input, places) => {
    expect(placesOf(input)).toEqual(places);
  });

  test('that are too large are named, the largest first, without their values', () => {
    const input = { environment: { AB: secret, BIG: filling(3000), LARGE: filling(900), SMALL: filling(90) } };
    expect(messagesOf(input)).toEqual([
      'environment is 4210 bytes as JSON, with 200 for what up adds: Lambda takes 4096. The largest are BIG (2993 bytes), LARGE (893 bytes), SMALL (83 bytes)',
    ]);
    expect(JSON.stringify(problemsOf(input))).not.toContain(secret);
    expect(renderProblems(JSON.stringify(input), problemsOf(input))).not.toContain(secret);
  });
});
