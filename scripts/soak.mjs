/**
 * Invocations back to back through the runtime loop of one environment, never frozen: does it keep something of each?
 *
 *   node scripts/soak.mjs --invocations N     one in a hundred with a fault: crash, hang, bad, big or slow answer
 *   --seconds T                               stop after so many seconds
 *
 * Each answer has to be the right one, the memory of the proxy may not grow, its descriptors may not change. Ends with
 * `soak: N runs, N failed`, and exits 1 on a failure.
 */
import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { readApp } from './checks/apps.mjs';
import { functionOf, localLambda, packApp } from './checks/lambda.mjs';
import { descriptorsOf, processesWith, residentKilobytes } from './checks/processes.mjs';
import { allowedGrowth, growth } from './soak/memory.mjs';
import { eventOf, judge, requestOf, timeouts } from './soak/schedule.mjs';

const samples = 2_000;
const shownFailures = 20;
/** After these the app has started and everything is loaded. */
const warmUp = 1_000;
const silenceMs = 40_000;

const { values, positionals } = parseArgs({
  options: { invocations: { type: 'string' }, seconds: { type: 'string' } },
  allowPositionals: true,
});
const flags = { invocations: positionals[0], ...values };
const invocations = whole('invocations', Number.NaN);
const until = performance.now() + whole('seconds', Number.POSITIVE_INFINITY) * 1_000;
const endings = [];
const lambda = await localLambda();
const task = await packApp(
  { onEnd: (ending) => endings.push(ending) },
  { name: 'soak', files: readApp('soak.mjs'), config: { proxy: { command: 'node soak.mjs', timeouts } } },
);
const outcome = await soak();
for (const ending of endings.reverse()) await ending();
const failed = report(outcome);
console.log(`soak: ${outcome.runs} runs, ${failed} failed`);
process.exit(failed > 0 || outcome.runs === 0 ? 1 : 0);

/** Serves the Runtime API until there are no more invocations, no more time, or no more proxy. */
async function soak() {
  const started = performance.now();
  const step = Math.max(1, Math.floor(invocations / samples));
  const found = { runs: 0, failures: [], memory: [], descriptors: null, rate: 0 };
  let last = null;
  let end = () => {};
  const ended = new Promise((resolve) => {
    end = resolve;
  });

  function onNext() {
    const number = found.runs;
    if (last !== null) fail(`${last.path}: no answer`);
    silence.refresh();
    if (number % step === 0) found.memory.push({ at: number, kilobytes: residentKilobytes(proxy.pid) });
    if (number === warmUp) found.descriptors = { before: descriptorsOf(proxy.pid) };
    if (number === invocations || performance.now() > until) return end();
    found.runs++;
    last = requestOf(number);
    const requestId = String(number);
    const deadline = Date.now() + 30_000;
    server.deliver({ requestId, deadline, functionArn: 'arn', traceId: 'Root=1', payload: eventOf(last) });
  }

  const fail = (what) => void found.failures.push(what);
  const stop = (why) => {
    fail(why);
    end();
  };
  const silence = setTimeout(() => stop(`no more from the proxy in ${silenceMs} ms`), silenceMs);
  const server = await lambda.runtimeServer(
    { functionName: 'soak', functionVersion: '1', handler: 'none' },
    {
      onAllWait: onNext,
      onResponse(_requestId, payload) {
        const wrong = judge(last, payload);
        last = null;
        if (wrong !== null) fail(wrong);
      },
      onStream: () => fail(`${last.path}: a stream`),
      onError: (_requestId, { payload }) => fail(`${last.path}: the invocation failed with ${payload}`),
      onInitError: ({ payload }) => fail(`init failed with ${payload}`),
    },
  );
  const setup = functionOf('soak', task, {});
  const proxy = startProxy(setup, server.endpoint);
  proxy.once('exit', (code, signal) => stop(`the proxy ended with ${code ?? signal}`));
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop('interrupted'));
  await ended;

  clearTimeout(silence);
  proxy.removeAllListeners('exit');
  found.rate = Math.round((found.runs * 1_000) / (performance.now() - started));
  if (found.descriptors) found.descriptors.after = descriptorsOf(proxy.pid);
  for (const pid of processesWith({ UP_LOCAL_ENVIRONMENT: setup.mark })) process.kill(pid, 'SIGKILL');
  server.close();
  return found;
}

function startProxy(setup, endpoint) {
  const { file, args, env } = lambda.runtimeCommand(setup, endpoint, 'soak');
  const proxy = spawn(file, args, { cwd: task, env, stdio: ['ignore', 'pipe', 'inherit'] });
  // Its records are read as the platform would, and dropped.
  proxy.stdout.resume();
  return proxy;
}

/** Says what was found, and counts what is wrong with it. */
function report({ runs, failures, memory, descriptors, rate }) {
  const wrong = [...failures, ...judgeMemory(runs, memory), ...judgeDescriptors(descriptors)];
  console.log(`${rate} invocations a second`);
  for (const one of wrong.slice(0, shownFailures)) console.log(one);
  return wrong.length;
}

function judgeMemory(runs, memory) {
  const shown = memory.filter((_, index) => index % Math.ceil(memory.length / 16) === 0);
  console.log(`resident memory, kB: ${shown.map(({ kilobytes }) => kilobytes).join(' ')}`);
  const [grows, allowed] = [growth(memory), allowedGrowth(runs)];
  if (grows === null) console.log('growth: too few invocations to tell');
  else console.log(`growth: ${grows.toFixed(2)} KiB per 1,000 invocations, allowed are ${allowed.toFixed(2)}`);
  return grows !== null && grows > allowed ? ['the memory grows'] : [];
}

function judgeDescriptors(descriptors) {
  if (descriptors === null) return [];
  const { before, after } = descriptors;
  console.log(`descriptors: ${before}, then ${after}`);
  return Math.abs(after - before) > 2 ? ['the descriptors change'] : [];
}

function whole(flag, fallback) {
  const number = flags[flag] === undefined ? fallback : Number(flags[flag]);
  if (number === Number.POSITIVE_INFINITY || (Number.isSafeInteger(number) && number > 0)) return number;
  console.error('how many? node scripts/soak.mjs N [--seconds T]');
  process.exit(2);
}
