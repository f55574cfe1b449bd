/** Lines of the log as Lambda prints them. */
import { describe, expect, test } from 'vitest';
import { reportLine } from '../../local/lambda/platform-lines.ts';

describe('REPORT', () => {
  const report = { requestId: 'r-1', duration: 12.3, initDuration: null, memorySize: 128, maxMemoryUsed: 90 };

  test('has the figures of the invocation', () => {
    expect(reportLine(report)).toBe(
      'REPORT RequestId: r-1\tDuration: 12.30 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 90 MB\t',
    );
  });

  test('never tells of more memory than there is', () => {
    expect(reportLine({ ...report, maxMemoryUsed: 138 })).toContain('Max Memory Used: 128 MB');
  });
});
