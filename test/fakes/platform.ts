/** The AWS endpoint of the local platform on a loopback port, with an engine and front doors that only remember. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ACMClient } from '@aws-sdk/client-acm';
import { ApiGatewayV2Client } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { Route53Client } from '@aws-sdk/client-route-53';
import { S3Client } from '@aws-sdk/client-s3';
import { SchedulerClient } from '@aws-sdk/client-scheduler';
import { SNSClient } from '@aws-sdk/client-sns';
import { SSMClient } from '@aws-sdk/client-ssm';
import { STSClient } from '@aws-sdk/client-sts';
import { createAlarmRunner } from '../../local/alarms/runner.ts';
import { type AwsOptions, createAws } from '../../local/aws/router.ts';
import { type Clock, systemClock } from '../../local/clock.ts';
import { createEvents } from '../../local/lambda/events.ts';
import { type LogStore, openLogs } from '../../local/logs/store.ts';
import { createMetrics, type MetricStore } from '../../local/metrics/store.ts';
import { createScheduleRunner } from '../../local/scheduler/runner.ts';
import { openStore, type Store } from '../../local/state.ts';
import { createPublisher } from '../../local/topics/publisher.ts';
import { createFakeEngine, type FakeEngine } from './engine.ts';
import { createFakeFrontDoors, type FakeFrontDoors } from './front-doors.ts';

export interface Platform {
  readonly url: string;
  readonly dir: string;
  readonly store: Store;
  readonly logs: LogStore;
  readonly metrics: MetricStore;
  readonly engine: FakeEngine;
  readonly frontDoors: FakeFrontDoors;
  /** Every call so far, `lambda CreateFunction`. */
  readonly calls: string[];
  readonly lambda: LambdaClient;
  readonly iam: IAMClient;
  readonly sts: STSClient;
  readonly api: ApiGatewayV2Client;
  readonly cloudwatch: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly monitoring: CloudWatchClient;
  readonly sns: SNSClient;
  readonly ssm: SSMClient;
  readonly acm: ACMClient;
  readonly route53: Route53Client;
  readonly scheduler: SchedulerClient;
  /** Stops it and starts another one on the same folder. */
  restart(): Promise<Platform>;
  stop(): Promise<void>;
}

export interface PlatformOptions extends Pick<AwsOptions, 'clock' | 'onCall' | 'access' | 'lag' | 'throttle'> {
  readonly dir?: string;
  /** Of schedules, of alarms and of events that are tried again. */
  readonly time?: Clock;
}

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'up-local-')));
  const { clock, onCall, access, lag, throttle } = options;
  const store = await openStore(dir);
  const logs = await openLogs(join(dir, 'logs'), clock && { now: clock });
  const metrics = createMetrics(clock);
  const engine = createFakeEngine(store, logs);
  const frontDoors = createFakeFrontDoors();
  const time = options.time ?? systemClock;
  const events = createEvents(engine, time, {
    config: ({ functionName, qualifier = '$LATEST' }) => store.state.functions[functionName]?.eventInvoke?.[qualifier],
  });
  const schedules = createScheduleRunner({ store, events, clock: time });
  const publisher = createPublisher({ store, events, clock: time });
  const alarms = createAlarmRunner({ store, metrics, events, publisher, clock: time });
  const calls: string[] = [];
  const handler = createAws({
    store,
    logs,
    metrics,
    engine,
    events,
    schedules,
    alarms,
    publisher,
    frontDoors,
    ...(clock ? { clock } : {}),
    ...(access && { access }),
    ...(lag !== undefined && { lag }),
    ...(throttle && { throttle }),
    onCall(service, operation, input) {
      calls.push(`${service} ${operation}`);
      return onCall?.(service, operation, input);
    },
  });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  schedules.changed();
  alarms.changed();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const settings = {
    endpoint: url,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local' },
  };
  const clients = {
    lambda: new LambdaClient(settings),
    iam: new IAMClient(settings),
    sts: new STSClient(settings),
    api: new ApiGatewayV2Client(settings),
    cloudwatch: new CloudWatchLogsClient(settings),
    s3: new S3Client(settings),
    monitoring: new CloudWatchClient(settings),
    sns: new SNSClient(settings),
    ssm: new SSMClient(settings),
    acm: new ACMClient(settings),
    route53: new Route53Client(settings),
    scheduler: new SchedulerClient(settings),
  };

  async function close(): Promise<void> {
    schedules.close();
    alarms.close();
    publisher.close();
    events.close();
    for (const client of Object.values(clients)) client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await logs.flush();
    await store.save();
  }

  return {
    url,
    dir,
    store,
    logs,
    metrics,
    engine,
    frontDoors,
    calls,
    ...clients,
    async restart() {
      await close();
      return startPlatform({ ...options, dir });
    },
    async stop() {
      await close();
      await rm(dir, { recursive: true, force: true });
    },
  };
}
