import { randomUUID } from 'node:crypto';

/** The beginning of a new `X-Amzn-Trace-Id`: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html */
export function newTraceRoot(): string {
  const time = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${time}-${randomUUID().replaceAll('-', '').slice(0, 24)}`;
}
