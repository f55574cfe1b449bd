/**
 * Three that must agree on whether a record is meant: the judge that was made with the query, the evaluator, and the local
 * platform's filter with the compiled pattern. An exact pattern says the same; any other lets through at least as much. And
 * whatever a query shows of Lambda's own lines has come through one of its patterns.
 */
import { compilePattern } from '../../../cli/logs/query/compile.ts';
import { matchesRecord } from '../../../cli/logs/query/evaluate.ts';
import { parseQuery } from '../../../cli/logs/query/parse.ts';
import { renderPattern } from '../../../cli/logs/query/pattern.ts';
import { createQuery, type Query } from '../../../cli/logs/query/query.ts';
import { toRecord } from '../../../cli/logs/record.ts';
import { compileFilterPattern } from '../../../local/logs/filter-pattern.ts';
import { createRandom, type Random, randomQuery, randomRecord } from './query-random.ts';

export interface Agreement {
  readonly cases: number;
  /** Whose pattern says exactly what was asked. */
  readonly exact: number;
  readonly matched: number;
  /** One line each, at most a few. */
  readonly disagreements: readonly string[];
}

export interface AgreementOptions {
  readonly seed: number;
  readonly cases: number;
  /** Milliseconds after which it ends early. */
  readonly budget?: number;
}

const recordsPerQuery = 10;
const shown = 5;

export function agree({ seed, cases, budget = Number.POSITIVE_INFINITY }: AgreementOptions): Agreement {
  const random = createRandom(seed);
  const until = performance.now() + budget;
  const total = { cases: 0, exact: 0, matched: 0, disagreements: [] as string[] };
  while (total.cases < cases && total.disagreements.length < shown && performance.now() < until) {
    const one = agreeOnQuery(random);
    total.cases += one.cases;
    total.exact += one.exact;
    total.matched += one.matched;
    total.disagreements.push(...one.disagreements);
  }
  return total;
}

function agreeOnQuery(random: Random): Agreement {
  const query = randomQuery(random);
  const expression = parseQuery(query.text, { stages: ['beta'] });
  if (!expression) throw new Error(`nothing was read of ${query.text}`);
  const { text, exact } = renderPattern(compilePattern(expression));
  const passes = compileFilterPattern(text);
  const disagreements: string[] = [];
  let matched = 0;
  for (let count = 0; count < recordsPerQuery; count++) {
    const record = randomRecord(random);
    const line = JSON.stringify(record);
    const said = { judge: query.means(record), evaluator: matchesRecord(expression, record), pattern: passes(line) };
    if (said.evaluator) matched++;
    const fine = exact ? said.pattern === said.evaluator : said.pattern || !said.evaluator;
    if (said.judge !== said.evaluator || !fine)
      disagreements.push(`${query.text}\n  ${text}\n  ${line}\n  ${JSON.stringify({ ...said, exact })}`);
  }
  const asked = createQuery(expression, null, { marks: false });
  const passed = asked.patterns.map(compileFilterPattern);
  for (const line of linesOfLambda) {
    if (isShown(asked, line) && !passed.some((passes) => passes(line)))
      disagreements.push(`${query.text}\n  ${asked.patterns.join('\n  ')}\n  ${line}`);
  }
  return { cases: recordsPerQuery, exact: exact ? recordsPerQuery : 0, matched, disagreements };
}

const linesOfLambda = [
  'START RequestId: 8f5c Version: 7',
  'END RequestId: 8f5c',
  'REPORT RequestId: 8f5c\tDuration: 12.30 ms\tBilled Duration: 13 ms\tMemory Size: 512 MB\tMax Memory Used: 97 MB',
  'INIT_START Runtime Version: nodejs:24.v12\tRuntime Version ARN: arn:aws:lambda:us-east-1::runtime:x',
  'INIT_REPORT Init Duration: 9999.10 ms\tPhase: init\tStatus: timeout',
  '2026-11-26T12:00:00.000Z 8f5c Task timed out after 3.00 seconds',
  'RequestId: 8f5c Error: Runtime exited with error: signal: killed\nRuntime.ExitError',
  'EXTENSION\tName: up\tState: Ready\tEvents: []',
  'it says hi to all',
];

function isShown(query: Query, line: string): boolean {
  return query.matches(toRecord(line, 0, { version: '10', stage: 'beta' }), line);
}
