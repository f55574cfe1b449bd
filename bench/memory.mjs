/** What the proxy takes beside its app after many invocations, as PSS: shared pages count by share (proc(5)). */
import { readFileSync } from 'node:fs';
import { variableOf } from '../scripts/checks/processes.mjs';
import { createFunctions, eventOf } from './functions.mjs';

export const claims = [
  { name: 'memory.start', goal: 1, to: '45 MB', ratio: ({ start }) => start / 45 },
  { name: 'memory.used', goal: 1, to: '45 MB, after 100,000 invocations', ratio: ({ used }) => used / 45 },
];

const invocations = 100_000;
const event = eventOf('GET', '/json');

/** MB of everything but the app. */
export async function measure(note) {
  const functions = createFunctions(note);
  try {
    const run = await functions.start(await functions.ours({}));
    await run.invoke(event);
    const start = proxyMegabytes(run);
    for (let i = 0; i < invocations; i++) await run.invoke(event);
    return { start, used: proxyMegabytes(run) };
  } finally {
    await functions.close();
  }
}

function proxyMegabytes({ processes }) {
  const all = processes();
  const ours = all.filter((pid) => variableOf(pid, 'UP_RUN') === undefined);
  if (ours.length === all.length) throw new Error('there is no app beside the proxy');
  return ours.map(pssKilobytes).reduce((sum, one) => sum + one, 0) / 1024;
}

function pssKilobytes(pid) {
  return Number(/^Pss: +(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))?.[1]);
}
