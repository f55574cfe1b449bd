import { defineConfig } from 'vitest/config';

/** Whole stories, told by deploys: `npm run test:slow` runs them, which the four minutes of `npm test` have no room for. */
const slow = 'test/**/*.slow.test.ts';

/**
 * Tests of functions that keep nothing and start next to nothing: their files share one process each worker, which saves
 * loading zod, the SDK and the rest for every file. Measured: 42 s for what took 90.
 */
const plain = [
  ...['cli', 'config', 'golden', 'http', 'middleware', 'structure'].map((dir) => `test/${dir}/**/*.test.ts`),
  // Facts of events share an app, file by file.
  'test/proxy/events/*.test.ts',
];

const common = { testTimeout: 30_000, hookTimeout: 60_000 };
const isSlow = process.env.UP_TEST_SLOW !== undefined;

export default defineConfig({
  test: {
    // Tests start real processes: two files at a time is what two cores carry.
    maxWorkers: 2,
    projects: isSlow
      ? [{ test: { ...common, name: 'slow', include: [slow] } }]
      : [
          { test: { ...common, name: 'plain', include: plain, exclude: [slow], isolate: false } },
          { test: { ...common, name: 'processes', include: ['test/**/*.test.ts'], exclude: [slow, ...plain] } },
        ],
  },
});
