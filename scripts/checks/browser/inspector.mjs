/**
 * The inspector's page of `up local`, with an app of two releases behind it: `UP_SCREENSHOTS=DIR` keeps what it looks like.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { expect, require } from '../check.mjs';
import { temporaryDir, upResult } from '../project.mjs';

export function inspectorCases(check, platform) {
  const dir = join(temporaryDir(check), 'inspected');
  const inspector = `${platform.url}/_local/inspector/`;
  let url;

  async function deploy(version) {
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, 'app.js'), app(version));
    url = await upResult(['--local', '--no-check', '-C', dir], platform);
  }

  return [
    {
      title: 'shows a request with what took its time, and its line in the log',
      async run({ page }) {
        await deploy('one');
        await page.resize(1280, 900);
        await page.goto(inspector);
        await page.textOf('#state', 'connected');
        await ask(`${url}hello?a=1`, 200);
        await ask(`${url}fails`, 500);
        await page.textOf('#requests tbody', 'GET /hello?a=1');
        await page.textOf('#requests tr.bad .status', '500');
        await page.textOf('#logs', 'said on /hello?a=1');
        await page.textOf('#logs', 'GET /hello 200');
        const label = await page.waitFor('the bar of the first request', labelOf, '/hello');
        require(/proxy .*app /.test(label), `its bar says ${label}`);
      },
    },
    {
      title: 'what an app prints is text there',
      async run({ page }) {
        await page.goto(inspector);
        await ask(`${url}%3Cimg%20src=x%20onerror=alert(1)%3E`, 200);
        await page.textOf('#logs', 'said on /%3Cimg');
        await page.textOf('#logs', '<b>bold</b>');
        expect(await page.evaluate(() => document.querySelectorAll('#logs b, img').length), 0, 'elements of the app');
      },
    },
    {
      title: 'a line of any shape is shown, and so are those after it',
      async run({ page }) {
        await page.goto(inspector);
        await printShapes(platform.url);
        await ask(`${url}after`, 200);
        for (const { message } of shapes) await page.textOf('#logs', message);
        await page.textOf('#logs', 'said on /after');
      },
    },
    {
      title: 'the link of a stage stays in the hand of the keyboard while the page moves on',
      async run({ page }) {
        await page.goto(inspector);
        await page.waitFor('the link', focus, '#releases a');
        await ask(`${url}moves-on`, 200);
        await page.textOf('#requests tbody', '/moves-on');
        await page.waitFor('the focus', () => document.activeElement?.matches('#releases a'));
      },
    },
    {
      title: 'an environment is a lane, and frozen when nothing runs',
      async run({ page }) {
        await page.goto(inspector);
        await page.waitFor(
          'a frozen lane',
          () => document.querySelector('.lane[data-state="idle"] .track .frozen') !== null,
        );
        const lanes = await page.evaluate(() => [...document.querySelectorAll('.lane')].map((lane) => lane.ariaLabel));
        require(lanes.some((lane) => /^inspected v1 .*: frozen, /.test(lane)), `lanes: ${lanes}`);
      },
    },
    {
      title: 'rolls a stage back by a button, which the keyboard reaches too',
      async run({ page }) {
        await deploy('two');
        expect(await textAt(url), 'two', 'what is live');
        await page.goto(inspector);
        await page.textOf('[aria-label="Stages of inspected"]', 'v2');
        await page.waitFor('the button', focus, '[data-key="inspected 1"]');
        await page.press('Enter');
        await page.textOf('[aria-label="Stages of inspected"]', 'v1');
        expect(await textAt(url), 'one', 'what is live');
        await upResult(['rollback', '--local', '-C', dir], platform);
        expect(await textAt(url), 'two', 'what `up rollback` has undone');
        await page.textOf('[aria-label="Stages of inspected"]', 'v2');
      },
    },
    {
      title: 'is worked by keys: / filters, Enter opens a request, p holds still',
      async run({ page }) {
        await page.goto(inspector);
        await page.textOf('#requests tbody', '/fails');
        await page.press('/', 'Slash');
        await page.type('fails');
        await page.waitFor(
          'the filter',
          () => !document.querySelector('#requests tbody').textContent.includes('/hello'),
        );
        await page.waitFor('a row', focus, '#requests tbody tr');
        await page.press('Enter');
        await page.textOf('#requests .detail', 'environment');
        await page.press('p', 'KeyP');
        await page.waitFor('the pause', () => document.querySelector('#pause').ariaPressed === 'true');
      },
    },
    {
      title: 'is read in the light and in the dark, on a desk and on a phone',
      async run({ page }) {
        const colors = {};
        for (const scheme of ['light', 'dark']) {
          await page.prefer(scheme);
          for (const [size, width] of Object.entries({ desk: 1280, phone: 390 })) {
            await page.resize(width, 900);
            await page.goto(inspector);
            await page.textOf('#requests tbody', '/hello');
            const { ink, paper, overflow } = await page.evaluate(looks);
            colors[scheme] = contrast(ink, paper);
            require(colors[scheme] >= 7, `the contrast in the ${scheme} is ${colors[scheme].toFixed(1)}`);
            require(overflow <= 0, `on a ${size} ${overflow} px are beside the screen`);
            if (process.env.UP_SCREENSHOTS)
              writeFileSync(
                join(process.env.UP_SCREENSHOTS, `inspector-${scheme}-${size}.png`),
                await page.screenshot(),
              );
          }
        }
        return `contrast ${Object.values(colors)
          .map((one) => one.toFixed(1))
          .join(' and ')}`;
      },
    },
    {
      title: 'no other origin reaches it',
      async run() {
        const events = `${inspector}view`;
        for (const headers of [
          { origin: 'http://evil.example' },
          { host: 'evil.example' },
          { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
        ])
          expect((await askWith(events, headers)).status, 403, `status with ${JSON.stringify(headers)}`);
        expect((await askWith(events, {})).status, 200, 'status for its own');
      },
    },
  ];
}

/** Records that are none of ours, or that somebody has made up, as a function prints them that `up` has not deployed. */
const shapes = [
  { message: 'fields are null', fields: null },
  { message: 'fields are a list', fields: [1, { a: null }] },
  { message: 'fields are a text', fields: 'text' },
  { message: 'the level is a thing', level: { '<b>': 1 } },
  { message: 'response', fields: { request_id: '__proto__', duration: 'long', method: {}, status: [] } },
  { message: 'names of all objects', fields: { toString: 1, constructor: null } },
];

async function printShapes(endpoint) {
  const [{ IAMClient, CreateRoleCommand }, { LambdaClient, CreateFunctionCommand, InvokeCommand }] = await Promise.all([
    import('@aws-sdk/client-iam'),
    import('@aws-sdk/client-lambda'),
  ]);
  const credentials = { accessKeyId: 'AKIDLOCAL', secretAccessKey: 'local' };
  const given = { endpoint, region: 'us-east-1', credentials };
  const Statement = [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }];
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
  const { Role } = await new IAMClient(given).send(
    new CreateRoleCommand({ RoleName: 'prints', AssumeRolePolicyDocument }),
  );
  const code = `const lines = ${JSON.stringify(shapes.map((shape) => JSON.stringify(shape)))};
    export const handler = async () => lines.forEach((line) => console.log(line));`;
  const lambda = new LambdaClient(given);
  await lambda.send(
    new CreateFunctionCommand({
      ...{ FunctionName: 'prints', Role: Role.Arn, Runtime: 'nodejs24.x', Handler: 'index.handler' },
      Code: { ZipFile: zipSync({ 'index.mjs': Buffer.from(code) }) },
    }),
  );
  await lambda.send(new InvokeCommand({ FunctionName: 'prints' }));
}

function app(version) {
  return `
    require('node:http').createServer((req, res) => {
      console.log('said on ' + req.url + ' <b>bold</b>');
      res.statusCode = req.url === '/fails' ? 500 : 200;
      res.end('${version}');
    }).listen(process.env.PORT);`;
}

async function ask(url, wanted) {
  expect((await fetch(url)).status, wanted, `status of ${url}`);
}

async function textAt(url) {
  return (await fetch(url)).text();
}

/** Not by fetch, which sets these itself. */
async function askWith(url, headers) {
  const { get } = await import('node:http');
  const res = await new Promise((resolve, reject) =>
    get(url, { headers, agent: false }, resolve).once('error', reject),
  );
  res.resume();
  return { status: res.statusCode };
}

function labelOf(path) {
  const rows = [...document.querySelectorAll('#requests tbody tr')];
  return rows.find((row) => row.textContent.includes(path))?.querySelector('.bar')?.ariaLabel;
}

function focus(selector) {
  const element = document.querySelector(selector);
  element?.focus();
  return element !== null && document.activeElement === element;
}

function looks() {
  const { color } = getComputedStyle(document.body);
  const { backgroundColor } = getComputedStyle(document.body);
  const { scrollWidth, clientWidth } = document.documentElement;
  return { ink: color, paper: backgroundColor, overflow: scrollWidth - clientWidth };
}

/** WCAG 2.2, 1.4.6: of two colors as `rgb(r, g, b)`. */
function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(color) {
  const [r, g, b] = color.match(/\d+/g).map((part) => {
    const value = Number(part) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
