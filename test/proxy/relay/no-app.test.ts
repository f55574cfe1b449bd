/** What a request is told while there is no app. */
import { expect, test } from 'vitest';
import { appStarting, appStopped, backingOff, failedToStart, notListening } from '../../../proxy/relay/no-app.ts';

const evidence = { command: 'node app.js' };

test.each([
  [100, '1'],
  [1_000, '1'],
  [1_001, '2'],
  [-5, '1'],
])('with %i ms to the next try, a client is asked to come again in %s s', (pause, seconds) => {
  expect(backingOff(pause, evidence)).toMatchObject({
    status: 503,
    code: 'UP_APP_BACKING_OFF',
    message: `the app does not start; the next try is in ${seconds} s`,
    headers: [['retry-after', seconds]],
    evidence,
  });
});

test('a program that could not be started is told apart from one that exits', () => {
  expect(failedToStart({ error: new Error('ENOENT') }, 'why', evidence)).toMatchObject({ code: 'UP_APP_SPAWN' });
  expect(failedToStart({}, 'why', evidence)).toMatchObject({ status: 502, code: 'UP_APP_EXITED', message: 'why' });
});

test('an app that never listens is the fault of the app, one that still starts is worth another try', () => {
  expect(notListening(15, evidence)).toMatchObject({
    ...{ status: 504, code: 'UP_APP_NOT_LISTENING', headers: [], evidence },
    message: 'the app did not listen on PORT within 15 s',
  });
  expect(appStarting(evidence)).toMatchObject({
    ...{ status: 503, code: 'UP_APP_STARTING', message: 'the app is still starting' },
    headers: [['retry-after', '1']],
    evidence,
  });
});

test('an app that was stopped is not waited for', () => {
  expect(appStopped()).toMatchObject({
    ...{ status: 503, code: 'UP_APP_STOPPED', message: 'the app has been stopped' },
    headers: [],
  });
});
