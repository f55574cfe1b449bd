/** `alerts`: what is worth telling somebody. */
import { z } from 'zod';
import { isRecord } from '../http/json.ts';
import { type Front, knownMetric, metricNames } from './metrics.ts';
import { didYouMean } from './nearest.ts';
import { alsoWhenInvalid, choice, listed, mustBe, nonEmpty, wholeNumber } from './values.ts';
import { warmMinutes } from './warm-rate.ts';

const statistics = ['sum', 'avg', 'min', 'max', 'count'] as const;
const percentile = /^p(?:100|[0-9]{1,2}(?:\.[0-9]{1,2})?)$/;
const operators = ['>', '>=', '<', '<='] as const;
const missing = ['notBreaching', 'breaching', 'ignore', 'missing'] as const;
/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html */
const maxPeriod = 86_400;
const maxPeriods = 10_080;

const error = mustBe('a time of whole minutes from "1m" to "24h"');

const alertSchema = z
  .strictObject({
    name: nonEmpty('a name')
      .regex(/^[\w][\w.-]{0,63}$/, { error: mustBe('letters, digits, "_", "." and "-", at most 64') })
      .optional()
      .meta({ description: 'What the alarm is called.', examples: ['slow'], derived: 'the metric' }),
    metric: nonEmpty('the name of a metric').meta({
      description: `${listed(metricNames).replaceAll('"', '`')}; with a \`namespace\`, any metric of CloudWatch.`,
      examples: ['http.5xx'],
    }),
    statistic: z
      .string({ error: mustBe(`${listed(statistics)}, or a percentile such as "p95"`) })
      .refine((text) => isStatistic(text), { error: mustBe(`${listed(statistics)}, or a percentile such as "p95"`) })
      .optional()
      .meta({
        description: '`sum`, `avg`, `min`, `max`, `count` or a percentile such as `p95` of a period.',
        examples: ['p95'],
        derived: '`avg` of times, `sum` of all else',
      }),
    threshold: z.number({ error: mustBe('a number') }).meta({
      description: 'What the statistic is compared with. Times are in milliseconds.',
      examples: [1000],
    }),
    action: z
      .union([nonEmpty('the name of an action'), z.array(nonEmpty('the name of an action'))], {
        error: mustBe('the name of an action, or a list of them'),
      })
      .optional()
      .meta({ description: 'Whom to tell: names of `actions`.', examples: ['email.team'], derived: 'all of them' }),
    operator: choice(operators)
      .default('>')
      .meta({ description: 'How it is compared.', examples: ['>='] }),
    period: z
      .union([z.string({ error }), z.number({ error })], { error })
      .refine((value) => isPeriod(toSeconds(value)), { error })
      .default('1m')
      .meta({
        description: 'How long a period is, from "1m" to "24h": "5m", "1h", or a number of seconds.',
        examples: ['5m'],
      }),
    evaluation_periods: wholeNumber(1, maxPeriods)
      .default(1)
      .meta({ description: 'How many periods in a row have to be over the threshold.', examples: [3] }),
    missing: choice(missing)
      .default('notBreaching')
      .meta({
        description: 'How a period without any values counts: as fine by default.',
        examples: ['breaching'],
      }),
    namespace: nonEmpty('a namespace of CloudWatch')
      .optional()
      .meta({ description: 'The namespace of a metric that is not in the list above.', examples: ['Shop'] }),
    dimensions: z
      .record(z.string(), z.string({ error: mustBe('a string') }), { error: mustBe('an object of names and values') })
      .optional()
      .meta({ description: 'With `namespace`: the dimensions of the metric.', examples: [{ Queue: 'orders' }] }),
    description: z
      .string()
      .optional()
      .meta({ description: 'Describes the alert in its messages.', examples: ['Too slow'] }),
    disable: z
      .boolean({ error: mustBe('true or false') })
      .default(false)
      .meta({ description: 'True leaves this alert out: no alarm is made for it.', examples: [true] }),
    stage: nonEmpty('the name of a stage')
      .optional()
      .meta({ description: 'The one stage it is for.', examples: ['production'], derived: 'all of them' }),
  })
  .superRefine((alert, context) => {
    for (const [key, message] of problemsOf(alert))
      context.addIssue({ code: 'custom', message, path: key === null ? [] : [key] });
  }, alsoWhenInvalid)
  .meta({
    id: 'Alert',
    description: 'An alarm.',
    examples: [{ metric: 'http.5xx', threshold: 10, period: '5m', action: 'email.team' }],
  });

const word = z.literal('default');
const wrong = mustBe('"default", or a list of alerts');

export const alertsSchema = z
  .union([word, z.array(z.union([word, alertSchema], { error: mustBe('"default" or an alert') }))], { error: wrong })
  .default([])
  .meta({
    description:
      'Alarms of every stage that is deployed, previews aside, for $0.10 a month each. `"default"`, alone or in the list: server errors, slow answers, throttles and failures of the function: see docs/alerts.md.',
    examples: ['default', ['default', { metric: 'http.latency', statistic: 'p95', threshold: 1000, period: '5m' }]],
  });

type AlertEntry = z.output<typeof alertSchema>;

/** What an alarm is made from. */
export interface Alert {
  readonly name: string;
  readonly metric: string;
  /** Null for a metric of ours. */
  readonly namespace: string | null;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly statistic: string;
  readonly threshold: number;
  readonly operator: (typeof operators)[number];
  /** Seconds. */
  readonly period: number;
  readonly evaluation_periods: number;
  readonly missing: (typeof missing)[number];
  readonly description: string;
  /** Names of `actions`. */
  readonly actions: readonly string[];
}

function isStatistic(text: string): boolean {
  return statistics.some((known) => known === text) || percentile.test(text);
}

/** NaN for what has not the form. */
function toSeconds(period: string | number): number {
  return Math.round(warmMinutes(period) * 60);
}

function isPeriod(seconds: number): boolean {
  return Number.isInteger(seconds / 60) && seconds >= 60 && seconds <= maxPeriod;
}

/** Days that all periods of an alarm may take: one, or seven when each takes an hour or more. */
function maxDays(period: number): number {
  return period < 3600 ? 1 : 7;
}

function problemsOf(alert: unknown): [key: string | null, message: string][] {
  if (!isRecord(alert)) return [];
  const { metric, namespace, dimensions, period = '1m', evaluation_periods: periods = 1 } = alert;
  const problems: [string | null, string][] = [];
  if (typeof metric === 'string' && namespace === undefined && knownMetric(metric) === undefined)
    problems.push(['metric', `${mustBe(listed(metricNames))}${didYouMean(metric, metricNames)}`]);
  if (dimensions !== undefined && namespace === undefined)
    problems.push(['dimensions', 'go with a "namespace": metrics of the app have theirs']);
  const seconds = typeof period === 'string' || typeof period === 'number' ? toSeconds(period) : Number.NaN;
  if (seconds * Number(periods) > maxDays(seconds) * 86_400)
    problems.push([
      null,
      `looks back further than ${maxDays(seconds) === 1 ? 'a day' : 'seven days'}, which alarms cannot`,
    ]);
  return problems;
}

export interface AlertSettings {
  readonly alerts: z.output<typeof alertsSchema>;
  readonly actions: readonly { readonly name: string }[];
  readonly url: Front;
  readonly lambda: { readonly timeout: number };
}

/** The alarms of a stage, each with a name of its own: of two on one metric the second is `http.5xx-2`. */
export function resolveAlerts({ alerts, actions, lambda }: AlertSettings, stage: string): Alert[] {
  const everybody = actions.map(({ name }) => name);
  const entries = (alerts === 'default' ? [alerts] : alerts).flatMap((entry) =>
    entry === 'default' ? defaultAlerts(lambda.timeout) : [entry],
  );
  const wanted = entries.filter((entry) => !entry.disable && (entry.stage ?? stage) === stage);
  const taken = new Set<string>();
  return wanted.map((entry): Alert => {
    const name = freeName(entry.name ?? entry.metric, taken);
    taken.add(name);
    return {
      name,
      metric: entry.metric,
      namespace: entry.namespace ?? null,
      dimensions: entry.dimensions ?? {},
      statistic: entry.statistic ?? knownMetric(entry.metric)?.statistic ?? 'sum',
      threshold: entry.threshold,
      operator: entry.operator,
      period: toSeconds(entry.period),
      evaluation_periods: entry.evaluation_periods,
      missing: entry.missing,
      description: entry.description ?? '',
      actions: entry.action === undefined ? everybody : [entry.action].flat(),
    };
  });
}

function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let count = 2, candidate = name; ; candidate = `${name}-${count++}`) if (!taken.has(candidate)) return candidate;
}

/** Of the time a request may take: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html */
const slowShare = 0.8;

/** What goes wrong for everybody, and never in an app that is well: see docs/alerts.md. */
function defaultAlerts(timeout: number): AlertEntry[] {
  const common = {
    operator: '>',
    period: '5m',
    evaluation_periods: 1,
    missing: 'notBreaching',
    disable: false,
  } as const;
  const slow = Math.round(Math.min(timeout, 30) * slowShare * 1000);
  return [
    { ...common, metric: 'http.5xx', threshold: 5, description: 'The app answers with server errors' },
    {
      ...common,
      ...{ metric: 'http.latency', statistic: 'p95', threshold: slow, evaluation_periods: 3 },
      description: 'One answer in twenty takes nearly as long as is allowed',
    },
    {
      ...common,
      metric: 'lambda.errors',
      threshold: 0,
      description: 'The function itself fails: a crash, memory, time',
    },
    { ...common, metric: 'lambda.throttles', threshold: 0, description: 'Lambda turns requests away' },
  ];
}
