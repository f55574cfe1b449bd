import { defineConfig } from 'vitest/config';

/** Whole stories, told by deploys: `npm run test:slow` runs them, which the four minutes of `npm test` have no room for. */
const slow = 'test/**/*.slow.test.ts';
const isSlow = process.env.UP_TEST_SLOW !== undefined;

export default defineConfig({
  test: {
    include: [isSlow ? slow : 'test/**/*.test.ts'],
    exclude: isSlow ? [] : [slow],
    // Tests start real processes: two files at a time is what two cores carry.
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
