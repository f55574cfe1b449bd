/** What the suite has to know of each way to reach the app; the rest is the same for all. */
import { expect } from 'vitest';

export type HostName =
  | 'handler'
  | 'runtime'
  | 'gateway'
  | 'url'
  | 'rest'
  | 'rest-stream'
  | 'alb'
  | 'alb-multi'
  | 'start'
  | 'ric'
  | 'ric-stream'
  | 'direct';

export type RicName = 'ric' | 'ric-stream';

export interface Way {
  readonly about: string;
  readonly stage: 'staging' | 'streamed' | 'rest';
  /** An answer goes out as it comes, of any length. */
  readonly streams: boolean;
  /** Bytes a function's result may have. */
  readonly maxResultBytes: number;
  /** Of `x-context`. */
  readonly context: object;
  /** The host field by which the front door is found; null where any will do. */
  readonly host: string | null;
}

const payload1 = { httpMethod: 'GET', identity: expect.objectContaining({ sourceIp: expect.any(String) }) };
const payload2 = { http: expect.objectContaining({ method: 'GET', sourceIp: expect.any(String) }) };
const lambda = { stage: 'staging', streams: false, maxResultBytes: 6 * 1024 * 1024 + 100, host: null } as const;
const elb = { elb: { targetGroupArn: expect.any(String) } };

/** The project is called `conformance`. */
const named = (stage: string, frontDoor: string) => `${stage}.conformance.${frontDoor}.localhost`;

export const ways: Readonly<Record<Exclude<HostName, 'direct' | RicName>, Way>> = {
  handler: { ...lambda, about: '_up/handler.mjs with events of an HTTP API', context: payload2 },
  runtime: { ...lambda, about: '_up/bootstrap with events of a Function URL', context: payload2 },
  gateway: { ...lambda, about: 'an HTTP API of the local platform', context: payload2 },
  url: {
    ...lambda,
    about: 'a Function URL of the local platform, streaming',
    stage: 'streamed',
    streams: true,
    context: payload2,
  },
  rest: { ...lambda, about: 'a REST API of the local platform', context: payload1, host: named('staging', 'rest') },
  'rest-stream': {
    ...lambda,
    about: 'a REST API of the local platform, streaming',
    stage: 'rest',
    streams: true,
    context: payload1,
    host: named('rest', 'rest-stream'),
  },
  alb: {
    ...lambda,
    about: 'a load balancer of the local platform',
    maxResultBytes: 1024 * 1024,
    context: elb,
    host: named('staging', 'alb'),
  },
  'alb-multi': {
    ...lambda,
    about: 'a load balancer of the local platform with multi-value headers',
    maxResultBytes: 1024 * 1024,
    context: elb,
    host: named('staging', 'alb-multi'),
  },
  start: { ...lambda, about: 'up start', streams: true, context: payload2 },
};

/** AWS's own client takes a native build, so these are for `npm run check:ric`. */
export const ricWays: Readonly<Record<RicName, Way>> = {
  ric: { ...lambda, about: "AWS's own client with events of an HTTP API", context: payload2 },
  'ric-stream': {
    ...lambda,
    about: "AWS's own client with events of a Function URL, streaming",
    stage: 'streamed',
    streams: true,
    context: payload2,
  },
};
