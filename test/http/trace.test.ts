import { describe, expect, test } from 'vitest';
import { traceOf, traceRoot } from '../../http/trace.ts';

describe('the id of a trace', () => {
  test.each<[header: string | undefined, root: string | undefined]>([
    ['Root=1-67891233-abcdef;Parent=463ac35c9f6413ad;Sampled=1', '1-67891233-abcdef'],
    ['Self=1-0-1;Root=1-67891233-abcdef', '1-67891233-abcdef'],
    ['Sampled=1; Root=1-2-3', '1-2-3'],
    ['Root=1-2-3;Lineage=a:0', '1-2-3'],
    ['Rooted=no', undefined],
    [`Root=${'x'.repeat(65)}`, undefined],
    ['Root="quoted"', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('in %s', (header, root) => {
    expect(traceRoot(header)).toBe(root);
  });
});

describe('the trace of a request', () => {
  const own = 'Root=1-a;Parent=1;Sampled=';

  test.each<[title: string, sent: string | undefined, ofInvocation: string | undefined, trace: string | undefined]>([
    ['is that of the invocation', undefined, `${own}0`, `${own}0`],
    ['is the one that came with it', 'Root=1-b', `${own}0`, 'Root=1-b'],
    ['is that of the invocation alone where X-Ray records it', 'Root=1-b', `${own}1`, `${own}1`],
    ['is none without any', undefined, undefined, undefined],
  ])('%s', (_title, sent, ofInvocation, trace) => {
    expect(traceOf(sent === undefined ? [] : [['x-amzn-trace-id', sent]], ofInvocation)).toBe(trace);
  });
});
