/**
 * What keeping environments warm or ready, and watching a stage, costs a month, by AWS's public prices. Pure. No free
 * tier is counted, and the prices are those of us-east-1: other regions cost up to a third more.
 */
import type { Step } from './model.ts';
import { dollarsPerGbSecond, dollarsPerMillionRequests } from './price.ts';
import type { Spec } from './spec.ts';

/** https://aws.amazon.com/lambda/pricing/ and https://aws.amazon.com/eventbridge/pricing/, November 2026. */
const dollarsPerMillionRuns = 1;
/** Of an environment that is provisioned, at work or not. */
export const dollarsPerProvisionedGbSecond = { x86_64: 0.0000041667, arm64: 0.0000033334 } as const;
/** Of one that is at work, in place of the rate on demand. */
export const dollarsPerProvisionedDuration = { x86_64: 0.0000097222, arm64: 0.0000077778 } as const;

/** Dollars a month of an alarm on one metric: https://aws.amazon.com/cloudwatch/pricing/, November 2026. */
export const alarmPrice = 0.1;

/** As AWS's own calculator counts. */
const hoursPerMonth = 730;

/** Milliseconds for which a ping holds an environment: `holdOf` in proxy/hosts/warm.ts, and what answering takes. */
const pingMs = (count: number) => (count > 1 ? 75 + 5 * count : 0) + 5;

type Priced = Pick<Spec, 'fn' | 'warm' | 'provisioned'>;

/** Dollars a month. */
export function warmPrice({ fn, warm }: Priced): number {
  if (!warm) return 0;
  const rounds = (hoursPerMonth * 60) / warm.minutes;
  const pings = rounds * warm.count;
  const gbSeconds = pings * (pingMs(warm.count) / 1000) * (fn.MemorySize / 1024);
  const calls = (rounds * dollarsPerMillionRuns + pings * dollarsPerMillionRequests) / 1_000_000;
  return calls + gbSeconds * dollarsPerGbSecond[fn.Architecture];
}

/** Dollars a month. */
export function provisionedPrice({ fn, provisioned }: Priced): number {
  const gbSeconds = provisioned * hoursPerMonth * 3600 * (fn.MemorySize / 1024);
  return gbSeconds * dollarsPerProvisionedGbSecond[fn.Architecture];
}

/** A sentence for each that a plan switches on or changes. */
export function priceLines(spec: Spec, steps: readonly Step[]): string[] {
  const { warm, provisioned } = spec;
  const lines: string[] = [];
  if (warm && isSet(steps, 'schedule')) {
    const often = warm.minutes === 1 ? 'every minute' : `every ${warm.minutes} min`;
    lines.push(`${environments(warm.count)} kept warm, pinged ${often}: ${monthly(warmPrice(spec))}`);
  }
  if (provisioned > 0 && isSet(steps, 'provisioned concurrency'))
    lines.push(`${environments(provisioned)} always ready: ${monthly(provisionedPrice(spec))}`);
  const alarms = steps.filter(({ type, action }) => type === 'alarm' && action === 'create').length;
  if (alarms > 0) lines.push(`${alarms} alarm${alarms === 1 ? '' : 's'}: ${monthly(alarms * alarmPrice)}`);
  return lines;
}

function isSet(steps: readonly Step[], type: Step['type']): boolean {
  const step = steps.find((one) => one.type === type);
  if (step?.action === 'create') return true;
  return step?.action === 'update' && step.changes.some(({ field }) => field === 'settings' || field === 'count');
}

function environments(count: number): string {
  return `${count} environment${count === 1 ? '' : 's'}`;
}

/** `about $0.21 a month` */
export function monthly(dollars: number): string {
  if (dollars < 0.01) return 'less than $0.01 a month';
  return `about $${dollars < 100 ? dollars.toFixed(2) : Math.round(dollars)} a month`;
}
