/** Lines of the log as Lambda prints them. */
import { describe, expect, test } from 'vitest';
import { platformFailure } from '../../local/lambda/failures.ts';
import type { Phase } from '../../local/lambda/phases.ts';
import { missingLines, reportLine } from '../../local/lambda/platform-lines.ts';

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

describe('before the END of an invocation that failed', () => {
  const reason = { failure: platformFailure('Runtime.ExitError', 'gone'), status: 'error' } as const;
  const missing = (from: Phase) => missingLines({ from, sinceInit: 12.3, initDuration: null, reason }, 'r-1', '7');
  const start = 'START RequestId: r-1 Version: 7';

  test.each([
    ['init', 'init'],
    ['init again', 'invoke'],
  ] as const)('in phase %s come the report of its init and its START', (from, phase) => {
    const report = `INIT_REPORT Init Duration: 12.30 ms\tPhase: ${phase}\tStatus: error\tError Type: Runtime.ExitError`;
    expect(missing(from)).toEqual([report, start]);
  });

  test.each(['init failing', 'init failed'] as const)('in phase %s comes its START: its init is reported', (from) => {
    expect(missing(from)).toEqual([start]);
  });

  test.each(['busy', 'stopping'] as const)('in phase %s comes nothing', (from) => {
    expect(missing(from)).toEqual([]);
  });
});
