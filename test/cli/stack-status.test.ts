/** `up stack status` as people read it. */
import { expect, test } from 'vitest';
import { renderDrift } from '../../cli/stack/status.ts';

test('the stage that left up.json is to be deleted where it was looked for', () => {
  const place = { chdir: '.', local: true, region: undefined, profile: undefined };
  expect(renderDrift({ stage: 'beta', lines: null }, place)).toEqual([
    '',
    '  beta is no longer a stage of up.json: up delete beta --local',
  ]);
});
