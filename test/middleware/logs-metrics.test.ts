/** `logs.metrics`: what CloudWatch makes metrics of. */
import { expect, test } from 'vitest';
import { metrics } from '../../middleware/logs/metrics.ts';
import { logs } from '../../middleware/logs.ts';
import { recorder, request } from '../proxy/apps.ts';

test('writes a line that CloudWatch makes metrics of', async () => {
  const lines: object[] = [];
  const identity = { app: 'shop', stage: 'beta', version: '7', commit: 'abc' };
  const { log } = recorder();
  const emf = metrics({ namespace: 'up', identity, emit: (line) => void lines.push(line) });
  const watching = logs({ config: { disable: false }, log, metrics: emf });
  await watching(request('/', { context: { cold: true } }), async () => ({ status: 503, headers: [], body: null }));
  expect(lines).toEqual([
    {
      _aws: {
        Timestamp: expect.any(Number),
        CloudWatchMetrics: [
          {
            Namespace: 'up',
            Dimensions: [['app', 'stage']],
            Metrics: [
              { Name: 'requests', Unit: 'Count' },
              { Name: 'errors_4xx', Unit: 'Count' },
              { Name: 'errors_5xx', Unit: 'Count' },
              { Name: 'cold_starts', Unit: 'Count' },
              { Name: 'duration', Unit: 'Milliseconds' },
              { Name: 'size', Unit: 'Bytes' },
            ],
          },
        ],
      },
      app: 'shop',
      stage: 'beta',
      requests: 1,
      errors_4xx: 0,
      errors_5xx: 1,
      cold_starts: 1,
      duration: expect.any(Number),
      size: 0,
    },
  ]);
});

test.each([
  [399, 0, 0],
  [400, 1, 0],
  [499, 1, 0],
  [500, 0, 1],
])('a status of %i is %i of 4xx and %i of 5xx', (status, errors_4xx, errors_5xx) => {
  const lines: object[] = [];
  const identity = { app: 'shop', stage: 'beta', version: '7', commit: 'abc' };
  const emf = metrics({ namespace: 'up', identity, emit: (line) => void lines.push(line) });
  emf?.({ status, duration: 1.5, size: 3, cold: false });
  expect(lines).toMatchObject([{ errors_4xx, errors_5xx, requests: 1, cold_starts: 0, duration: 1.5, size: 3 }]);
});

test('without a namespace there are none', () => {
  const identity = { app: 'shop', stage: 'beta', version: '7', commit: 'abc' };
  expect(metrics({ namespace: null, identity, emit: () => {} })).toBeNull();
});
