/**
 * Random queries against random records: what `up logs` decides, what the local platform's filter lets through by the
 * compiled pattern, and a judge of its own must agree. `--cases N --seconds N --seed N`; ends with
 * `log-queries: N passed, N failed`.
 */
import { importTypeScript } from '../typescript.mjs';
import { runCheck } from './check.mjs';

const { agree } = await importTypeScript('test/cli/logs/query-agreement.ts');

await runCheck(
  'log-queries',
  60,
  async (check) => {
    const { cases, seed } = check.sizes;
    await check.case('judge, evaluator and filter agree', async () => {
      const found = agree({ seed, cases, budget: (check.seconds - 2) * 1000 });
      if (found.disagreements.length > 0) throw new Error(found.disagreements.join('\n'));
      if (found.cases < cases) throw new Error(`out of time after ${found.cases} cases`);
      return `${found.cases} cases from seed ${seed}, ${found.exact} by an exact pattern, ${found.matched} matched`;
    });
  },
  { cases: 100_000, seed: 1 },
);
