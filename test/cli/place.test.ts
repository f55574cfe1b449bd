/** A command that is proposed works where the one before it did: a newcomer copies it as it stands. */
import { expect, test } from 'vitest';
import { type Place, placed, placedError, withoutRepeats } from '../../cli/argv/place.ts';
import { UpError } from '../../cli/errors.ts';

const here: Place = { chdir: '.', local: false, region: undefined, profile: undefined };
const local: Place = { ...here, local: true };
const far: Place = { chdir: 'my app', local: false, region: 'eu-west-1', profile: 'dev' };

test.each<[command: string, place: Place, placed: string]>([
  ['up logs -s production', here, 'up logs -s production'],
  ['up', local, 'up --local'],
  ['up --local', local, 'up --local'],
  ['up logs -s production', local, 'up logs -s production --local'],
  ['up releases', far, "up releases -C 'my app' --region eu-west-1 --profile dev"],
  ['up --region us-east-1', far, "up --region us-east-1 -C 'my app' --profile dev"],
  ['up start', { ...far, local: true }, "up start -C 'my app'"],
  ['up help deploy', local, 'up help deploy'],
  ['up env set --help', local, 'up env set --help'],
  ['aws sso login', local, 'aws sso login'],
  ['upgrade', local, 'upgrade'],
  ['npm install', here, 'npm install'],
  ['npm install', far, "cd 'my app' && npm install"],
  ['npm run build', far, 'npm run build'],
])('%s becomes', (command, place, expected) => {
  expect(placed(command, place)).toBe(expected);
});

test('an error proposes the same in its hint and to programs, each command once', () => {
  const error = new UpError('UP_NOT_DEPLOYED', 'nothing is live', {
    hint: 'up staging, without --canary',
    next: ['up staging', 'up', 'up --local'],
    evidence: 'none',
  });
  expect(placedError(error, local)).toMatchObject({
    hint: 'up staging --local, without --canary',
    next: ['up staging --local', 'up --local'],
    evidence: 'none',
  });
});

test('a command is proposed once, in whatever order its flags stand', () => {
  expect(withoutRepeats(['up -C a --local', 'up', 'up --local -C a', 'up'])).toEqual(['up -C a --local', 'up']);
});

test('a hint that ends with a command ends with one that works there', () => {
  const error = new UpError('UP_ALERT_NOT_FOUND', 'none', {
    hint: 'add it to up.json, then: up beta',
    next: ['up beta'],
  });
  expect(placedError(error, local).hint).toBe('add it to up.json, then: up beta --local');
});

test('a hint in words stays as it is', () => {
  const hint = 'fix the app, trying it with "up start", and deploy again';
  expect(placedError(new UpError('UP_VERIFY_FAILED', 'v3 crashed', { hint }), local).hint).toBe(hint);
});
