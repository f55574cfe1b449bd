/**
 * Deploys of different inputs at once: what is live in the end is one input as a whole, code, environment and
 * configuration; who lost says so with 5; and there is one of everything.
 */
import { send } from '../support/http.ts';
import type { Ran } from '../support/sandbox.ts';
import { answerOf, type Input, type Lane } from './lane.ts';

/** By the front door. */
const one = {
  http_api: { ...both(), urls: 0, apis: 1, integrations: 1, routes: 1, stages: 1 },
  function_url: { ...both(), urls: 1, apis: 0, integrations: 0, routes: 0, stages: 0 },
} as const;

function both() {
  return { roles: 1, logGroups: 1, functions: 1, aliases: 1, permissions: 1 };
}

/** `delays`: milliseconds before each input's deploy is started. Gives the winners. */
export async function race(lane: Lane, delays: ReadonlyMap<Input, number>): Promise<readonly Input[]> {
  const runs = await Promise.all(
    [...delays].map(async ([input, delay]) => {
      await new Promise((resolve) => setTimeout(resolve, delay));
      return { input, ran: await lane.up(input, ['deploy', 'staging', '--no-check']) };
    }),
  );
  for (const { input, ran } of runs) expectWonOrLost(input, ran);
  const winners = runs.filter(({ ran }) => ran.code === 0);
  const urls = new Set(winners.map(({ ran }) => ran.stdout.trim()));
  const [url = ''] = urls;
  if (urls.size !== 1) throw new Error(`winners have ${urls.size} URLs: ${[...urls]}`);
  const { text } = await send(url);
  if (!winners.some(({ input }) => answerOf(input) === text)) {
    throw new Error(`live is "${text}", won have ${winners.map(({ input }) => input)}`);
  }
  const front = lane.kind === 'function_url' ? lane.kind : 'http_api';
  const [found, wanted] = [JSON.stringify(lane.count()), JSON.stringify(one[front])];
  if (found !== wanted) throw new Error(`there are ${found}`);
  return winners.map(({ input }) => input);
}

function expectWonOrLost(input: Input, { code, stdout, stderr }: Ran): void {
  const lost = code === 5 && stdout === '' && / UP_DEPLOY_CONFLICT\n/.test(stderr);
  if (code !== 0 && !lost) throw new Error(`${input} ended with ${code}\n${stderr}`);
}
