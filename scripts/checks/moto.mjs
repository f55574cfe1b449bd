/**
 * Proves the deploy against somebody else's AWS: moto's server (PyPI `moto`), read back by boto3. A recording proxy stands
 * before it, so that each deploy's calls are known and printed: a first deploy makes everything, a second changes nothing,
 * a change of one thing makes the calls for that thing alone, and a deletion leaves nothing. Each story in moto/ is that
 * of one part: an HTTP API, stages and promotions, domains, warming, alerts, large packages, Function URLs, concurrency.
 *
 * What moto lacks, or answers unlike AWS, the proxy puts right, and names: moto/differences.mjs. What Invoke returns is
 * canned, by moto's own "simple" mode, because running a function would take Docker.
 *
 * Installs moto and boto3 into .up/checks/python.
 */
import { expect, runCheck } from './check.mjs';
import { alerting } from './moto/alerting.mjs';
import { basic } from './moto/basic.mjs';
import { openBench } from './moto/bench.mjs';
import { domain } from './moto/domain.mjs';
import { functionUrl } from './moto/function-url.mjs';
import { largePackage } from './moto/large-package.mjs';
import { leftOf } from './moto/left.mjs';
import { reservations } from './moto/reservations.mjs';
import { stages } from './moto/stages.mjs';
import { warming } from './moto/warming.mjs';
import { requireBuild } from './project.mjs';

/** Side by side, each in its order. Before them, alone, the one of a version that Invoke is to have no answer for. */
const first = basic;
const lanes = [
  [stages, alerting, functionUrl, reservations],
  [domain, warming, largePackage],
];

await runCheck('moto', 240, async (check) => {
  await requireBuild();
  const bench = await openBench(check);
  const { version } = bench.moto;
  check.note(`moto ${version}; Invoke answers from its own queue; * marks what the proxy puts right`);
  await first(bench);
  await Promise.all(lanes.map((lane) => follow(lane, bench)));

  await check.case('nothing of any app is left', async () => {
    expect(await leftOf(bench, ''), [], 'left');
  });

  await check.case('moto was put right where it is not AWS, and nowhere else', async () => {
    const { list } = bench.differences;
    for (const { call, why, met } of list) check.note(`moto ${version}, ${call}: ${why} (${met} times)`);
    const idle = list.filter(({ met }) => met === 0).map(({ call }) => call);
    expect(idle, [], 'differences that no deploy has met: take them off the list, moto is right by now');
    return `${list.length} operations`;
  });
});

async function follow(lane, bench) {
  for (const story of lane) await story(bench);
}
