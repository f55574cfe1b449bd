/** `up domains` as people read it. */
import { expect, test } from 'vitest';
import { renderDomains } from '../../cli/domains/render.ts';

const unborn = {
  stage: 'production',
  name: 'api.example.com',
  url: 'https://api.example.com/',
  certificate: null,
  zone: null,
  mapped: false,
  dns: false,
  records: [],
};

test.each([
  ['in a list', false],
  ['in full', true],
])('the deploy that is proposed %s is of the place that was looked at', (_title, detailed) => {
  const place = { chdir: 'shop', local: true, region: undefined, profile: undefined };
  expect(renderDomains([unborn], detailed, place)).toMatch(/ not deployed: up production -C shop --local$/m);
});
