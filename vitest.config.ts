import { defineConfig } from 'vitest/config';

/** Whole stories, told by deploys: `npm run test:slow` runs them, which the four minutes of `npm test` have no room for. */
const slow = 'test/**/*.slow.test.ts';

/** The facts of events: the app they share is a module's, which lives as long as a file. */
const facts = 'test/proxy/events/facts/*.test.ts';

const common = { testTimeout: 30_000, hookTimeout: 60_000 };
const isSlow = process.env.UP_TEST_SLOW !== undefined;

export default defineConfig({
  test: {
    // Tests start real processes: two files at a time is what two cores carry.
    maxWorkers: 2,
    projects: isSlow
      ? [{ test: { ...common, name: 'slow', include: [slow] } }]
      : [
          // Files share one process each worker, which loads zod, the SDK and the rest once: 31 s of imports in place of 71.
          {
            test: { ...common, name: 'shared', include: ['test/**/*.test.ts'], exclude: [slow, facts], isolate: false },
          },
          { test: { ...common, name: 'facts', include: [facts] } },
        ],
  },
});
