/** The text of docs/scaling.md: what bench/scaling/model.mjs predicts, in figures that follow from it and from list prices. */
import { breakEven, coldShare, costOf, environmentsFor, loadOf, rampSeconds } from '../bench/scaling/model.mjs';

const memory = 512;
/** Lambda does not promise it; 5 to 7 minutes is what is seen. */
const keepAlive = 300;
const quota = 1_000;
/** A second, of each environment that the quota allows. */
const requestsForEach = 10;
const rates = [10, 1_000, 100_000];
const durations = [0.02, 0.1, 1];

/** https://aws.amazon.com/ec2/pricing/on-demand/: m7g in US East, for one of its processors, dollars an hour. */
const processorHour = 0.0408;
/** https://aws.amazon.com/lambda/pricing/: of the instances' price. */
const managementFee = 1.15;
/** Processor time of a request, and how busy processors are kept. */
const managed = { work: 0.01, busy: 0.5, least: 3 };

/** `prices`: dollars as `costOf` takes them; `date`: the day of the list. */
export function renderScaling(prices, date) {
  return [
    '<!-- Made by `npm run generate` from bench/scaling/model.mjs and the price tables of the CLI. -->',
    '# Scaling',
    text,
    '## What it predicts',
    `For ${memory} MB on arm64, environments kept for ${keepAlive / 60} minutes, requests at random times. Environments: as many as leave one
request in a thousand finding all of them busy. Quota: what to request from AWS. Ramp: how long Lambda takes to start
as many from none.`,
    table(
      ['requests a second', 'each takes', 'at work', 'environments', 'quota', 'cold', 'ramp', 'a month', 'a million'],
      rates.flatMap((rate) => durations.map((duration) => row({ rate, duration }, prices))),
    ),
    notes(prices, date),
    '## Warming, provisioned concurrency, Managed Instances',
    choices(prices),
  ]
    .join('\n\n')
    .concat('\n');
}

function row({ rate, duration }, prices) {
  const environments = environmentsFor({ rate, duration });
  const needed = Math.max(environments, rate / requestsForEach);
  const { month, million } = costOf({ rate, duration, memory }, prices);
  return [
    count(rate),
    `${duration * 1000} ms`,
    count(loadOf({ rate, duration })),
    count(environments),
    needed > quota ? count(needed) : 'the usual',
    oneIn(coldShare({ rate, duration, keepAlive })),
    needed > quota ? `${rampSeconds(needed)} s` : 'at once',
    dollars(month),
    dollars(million),
  ];
}

function notes(prices, date) {
  const url = costOf({ rate: 1_000, duration: 0.1, memory }, { ...prices, front: 0 });
  const api = costOf({ rate: 1_000, duration: 0.1, memory }, prices);
  return [
    `Prices are those of US East of ${date}, an HTTP API in front, without transfer, logs and the free tier. A Function URL costs`,
    `nothing by itself: a million requests of 100 ms are ${dollars(url.million)} instead of ${dollars(api.million)}.`,
    '',
    'The model is held to a simulation that counts event by event (at most 1.11 times apart) and to the local platform with real',
    'environments and cold starts (1.19 times; `npm run bench -- scaling`, 2026-11-27). Where it does not hold: requests that come in',
    'waves. Whatever doubles at once finds environments for half of it, and every second request of that moment is cold.',
  ].join('\n');
}

function choices(prices) {
  const even = Math.round(breakEven(prices) * 100);
  const cases = [
    ['on demand', ({ rate, duration }) => costOf({ rate, duration, memory }, prices).month],
    [
      'provisioned for one in a thousand',
      (traffic) => costOf({ ...traffic, memory, provisioned: environmentsFor(traffic) }, prices).month,
    ],
    ['Managed Instances', (traffic) => managedPrice(traffic, prices)],
  ];
  const traffics = rates.map((rate) => ({ rate, duration: 0.1 }));
  return [
    '- **Nothing** is right for most: from ten requests a second on, cold starts are one in thousands.',
    '- **Warming** ([`lambda.warm`](config.md)) is for stages with little traffic: at one request in ten minutes six in ten are',
    '  cold, and a ping every five minutes costs cents. It helps with nothing else: it keeps a few environments, while busy moments',
    '  need more.',
    `- **Provisioned concurrency** ([\`lambda.provisioned\`](config.md)) when a cold start is a failure. An environment of it costs less than`,
    `  one on demand when it works for more than ${even} % of its time, which it does not where it is provisioned for the rare moment.`,
    '- **Managed Instances** when the load is steady and requests wait for others most of their time: an environment serves many at',
    `  once there. Counted here: ${managed.work * 1000} ms of processor a request, processors kept half busy, ${managed.least} at least.`,
    '',
    table(
      ['a month, 100 ms each', ...traffics.map(({ rate }) => `${count(rate)} a second`)],
      cases.map(([name, price]) => [name, ...traffics.map((traffic) => dollars(price(traffic)))]),
    ),
    '',
    '`up` runs under all three: one app process serves as many requests at a time as the platform hands out',
    '([lifecycle](lifecycle.md)).',
  ].join('\n');
}

function managedPrice({ rate }, prices) {
  const processors = Math.max(managed.least, (rate * managed.work) / managed.busy);
  const requests = (rate * 730 * 3600) / 1e6;
  return processors * processorHour * managementFee * 730 + requests * (prices.request + prices.front);
}

const text = `One environment serves one request at a time. What a function needs follows from two figures: how many requests come in a
second, and how long each takes.

- **At work at the same time**: their product (Little's law). 100 a second of 50 ms each are 5.
- **Environments**: more, because requests arrive at random. With \`n\` of them the share that finds all busy is given by
  Erlang's loss formula for that load.
- **Cold**: Lambda goes on using the environments it used last. The n-th is needed only while the ones before it are busy, \`r\`
  times a second; a request finds it gone when the last one came longer ago than it is kept, with a chance of \`exp(-r * kept)\`. It
  is the rarely needed last ones that start cold, again and again.
- **Limits**: an account has ${count(quota)} environments until you request more, and Lambda starts at most 1,000 for a function every ten
  seconds ([AWS](https://docs.aws.amazon.com/lambda/latest/dg/scaling-behavior.html)). The quota also allows ${requestsForEach} requests a second
  for each of them, which is what counts where requests are short. Beyond it requests are answered 429, or 503 by an HTTP API.
  \`lambda.reserved\` takes a part of the quota for the app, and caps it.`;

function table(head, rows) {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function count(number) {
  return number < 1 ? String(Number(number.toFixed(2))) : Math.round(number).toLocaleString('en-US');
}

function oneIn(share) {
  const requests = 1 / share;
  const digits = 10 ** Math.max(0, Math.floor(Math.log10(requests)) - 1);
  return `1 in ${(Math.round(requests / digits) * digits).toLocaleString('en-US')}`;
}

function dollars(amount) {
  return `$${amount < 100 ? amount.toFixed(2) : Math.round(amount).toLocaleString('en-US')}`;
}
