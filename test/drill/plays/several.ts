/** L8: several invocations at a time in one environment, by a Runtime API of our own that hands them out so. */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { runtimeCommand } from '../../../local/lambda/runtime-command.ts';
import { until } from '../../support/until.ts';
import { type Bench, drawMethod, isRepeatable, type Method, type Play } from '../bench.ts';
import { toDrillEvent } from '../event.ts';
import { type Ledger, ledgerIn } from '../ledger.ts';
import { expectDeliveries, expectVerdict, must } from '../oracle.ts';
import { type DrillPackage, functionTimeout } from '../package.ts';
import { appProcesses, isDead, signal } from '../processes.ts';
import { type Reply, readReply, type Sent } from '../reply.ts';
import { type Act, functionOf, holdToPromises, within } from '../subject.ts';

interface Several {
  readonly ledger: Ledger;
  send(as: Method, act?: Act): Promise<Reply>;
  sent(): readonly Sent[];
  killApp(): Promise<void>;
  /** Answers to one and the same invocation beyond the first. */
  extra(): number;
  log(): string;
  close(): void;
}

interface Posted {
  readonly payload: Buffer;
  readonly functionError?: 'Unhandled';
}

const longestMs = 20_000;

async function openSeveral(pack: DrillPackage, concurrency: number): Promise<Several> {
  const dir = mkdtempSync(join(pack.work, 'm'));
  mkdirSync(join(dir, 'bin'));
  const ledger = ledgerIn(dir);
  const stream = `several/${randomUUID()}`;
  const api = await severalApi();
  const fn = functionOf({ stage: 'node', host: 'loop', env: {} }, dir, pack);
  const command = runtimeCommand(
    { fn, codeDir: pack.dir, nodeRuntime: '', mark: pack.work, awsEndpoint: 'http://127.0.0.1:9' },
    api.endpoint,
    stream,
  );
  const env = { ...command.env, AWS_LAMBDA_MAX_CONCURRENCY: String(concurrency) };
  const child = spawn(command.file, command.args, { cwd: pack.dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const sent: Sent[] = [];
  let log = '';
  for (const output of [child.stdout, child.stderr])
    output.setEncoding('utf8').on('data', (text: string) => {
      log = (log + text).slice(-20_000);
    });

  return {
    ledger,
    sent: () => sent,
    async killApp() {
      const found = appProcesses(stream);
      for (const { pid } of found) signal(pid, 'SIGKILL');
      await until('the app to be dead', () => found.every(({ pid }) => isDead(pid)));
    },
    extra: api.extra,
    log: () => log,
    async send({ method, key }, act = {}) {
      const token = `s${randomUUID()}`;
      sent.push({ token, method: key === undefined ? method : `${method} keyed` });
      const event = toDrillEvent({ method, path: '/', act, token, ...(key !== undefined && { key }) });
      const { requestId, started, posted } = api.invoke(event);
      const result = await within(longestMs, `a reply to ${method} ${JSON.stringify(act)}`, posted);
      const outcome = { requestId, ...result, coldStart: false, logged: Promise.resolve('') };
      const reply = await readReply(outcome, { token, method }, started);
      holdToPromises(reply);
      return reply;
    },
    close() {
      child.kill('SIGKILL');
      for (const { pid } of appProcesses(stream)) signal(pid, 'SIGKILL');
      api.close();
    },
  };
}

/** Events go to whoever waits, as many at a time as there are. */
async function severalApi() {
  const waiting: ServerResponse[] = [];
  const queue: { id: string; event: string; start(): void }[] = [];
  const running = new Map<string, (posted: Posted) => void>();
  const settled = new Map<string, number>();

  function handOut(): void {
    while (waiting.length > 0 && queue.length > 0) {
      const res = waiting.shift() as ServerResponse;
      const { id, event, start } = queue.shift() as (typeof queue)[number];
      start();
      res.writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': id,
        'lambda-runtime-deadline-ms': Date.now() + functionTimeout * 1_000,
        'lambda-runtime-invoked-function-arn': 'arn:aws:lambda:us-east-1:000000000000:function:drill',
      });
      res.end(event);
    }
  }

  const server = createServer(async (req, res) => {
    if (req.url?.endsWith('/invocation/next')) {
      waiting.push(res);
      return handOut();
    }
    const [, id = '', kind] = /\/invocation\/([^/]+)\/(response|error)$/.exec(req.url ?? '') ?? [];
    const payload = await buffer(req);
    res.writeHead(kind ? 202 : 404).end();
    if (!kind) return;
    settled.set(id, (settled.get(id) ?? 0) + 1);
    running.get(id)?.({ payload, ...(kind === 'error' && { functionError: 'Unhandled' }) });
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    extra: () => [...settled.values()].filter((times) => times > 1).length,
    invoke(event: object) {
      const id = randomUUID();
      let started = Date.now();
      const start = () => {
        started = Date.now();
      };
      const posted = new Promise<Posted>((resolve) => running.set(id, resolve));
      queue.push({ id, event: JSON.stringify(event), start });
      handOut();
      return { requestId: id, started: () => started, posted };
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export const severalAtOnce: Play = async (bench) => {
  const { phase, draw, pack } = bench;
  const concurrency = draw.whole(2, 6);
  const several = await openSeveral(pack, concurrency);
  try {
    if (phase !== 'boot') expectVerdict(await several.send({ method: 'GET' }), 200);
    if (phase === 'idle') await several.killApp();
    await together(bench, several, concurrency);
    for (const reply of await all(several, concurrency, () => ({ method: draw.pick(['GET', 'POST']) })))
      expectVerdict(reply, 200);
    expectDeliveries(several);
    must(several.extra() === 0, `${several.extra()} invocations were answered twice`);
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${several.log()}`);
  } finally {
    several.close();
  }
  return null;
};

/** One of them has the app end under all; those that run into it are told so, or served by the next. */
async function together({ phase, draw }: Bench, several: Several, concurrency: number): Promise<void> {
  const deadly = phase === 'before' || phase === 'mid';
  const methods = Array.from({ length: concurrency }, () => drawMethod({ draw }));
  const replies = await Promise.all(
    methods.map((as, at) => {
      const dies = deadly && at === concurrency - 1;
      const act: Act = dies ? { do: 'die', when: phase, times: 1 } : { do: 'late', ms: draw.whole(0, 60) };
      return several.send(as, act);
    }),
  );
  for (const [at, reply] of replies.entries()) {
    const may = deadly ? lost(methods[at] as Method, phase === 'mid' && at === concurrency - 1) : [200];
    expectVerdict(reply, ...may);
  }
}

function lost(as: Method, cutShort: boolean) {
  if (isRepeatable(as)) return [200];
  const lost = ['UP_APP_CRASHED', 'UP_APP_CLOSED'];
  return cutShort ? lost : [200, ...lost];
}

function all(several: Several, times: number, as: () => Method): Promise<Reply[]> {
  return Promise.all(Array.from({ length: times }, () => several.send(as())));
}
