/** What a browser makes of `examples/rendered`. */
import { expect, require } from '../check.mjs';
import { eventually } from '../processes.mjs';
import { expectCompressed, status } from './expectations.mjs';

export const renderedCases = [
  {
    title: 'a page has what inject puts in, and its style',
    async run({ page, rendered }) {
      expect((await page.goto(rendered)).status, 200, 'status');
      const found = await page.evaluate(() => [
        document.head.querySelector('link[rel="stylesheet"]').getAttribute('href'),
        [...document.body.childNodes].find(({ nodeType }) => nodeType === Node.COMMENT_NODE)?.nodeValue.trim(),
        getComputedStyle(document.querySelector('h1')).color,
      ]);
      expect(found, ['/style.css', 'tea is served', 'rgb(138, 75, 32)'], 'style, comment, colour');
    },
  },
  {
    title: 'a form is answered with a redirect, and a reload does not send it again',
    async run({ page, rendered }) {
      await page.goto(rendered);
      await signIn(page, 'Ada & <Grace>');
      expect(page.network.document().redirects, [303], 'redirects');
      expect((await page.reload()).method, 'GET', 'method of the reload');
      await page.textOf('h1', 'Hello, Ada & <Grace>');
    },
  },
  {
    title: 'a redirect leads to a page, with its query',
    async run({ page, rendered }) {
      const { redirects } = await page.goto(`${rendered}/time/in/tokyo?form=long`);
      expect(redirects, [301], 'redirects');
      expect(await page.evaluate(() => location.href), `${rendered}/clock?form=long`, 'address');
    },
  },
  {
    title: 'server-sent events arrive one by one, compressed, while other requests are answered',
    async run({ page, rendered }) {
      await page.goto(`${rendered}/clock`);
      await page.waitFor('a first event', () => document.querySelector('time').dateTime);
      const { headers, finished } = page.network.find('/ticks');
      expect([headers['content-type'], finished], ['text/event-stream', undefined], 'type, and whether it has ended');
      expectCompressed(page.network.find('/ticks'));
      expect(await page.evaluate(async () => (await fetch('/session')).json()), {}, 'the session meanwhile');
      await eventually('three events', () => page.network.find('/ticks').events.length >= 3);
      const [first, , third] = page.network.find('/ticks').events;
      require(third.at - first.at > 1_000, 'the events came all at once');
    },
  },
  {
    title: 'a page that fails is an error page for people, with its style',
    expected: [status(500)],
    async run({ page, rendered }) {
      expect((await page.goto(`${rendered}/broken`)).status, 500, 'status');
      await page.textOf('h1', 'The tea has gone cold');
      const color = await page.evaluate(() => getComputedStyle(document.querySelector('h1')).color);
      expect(color, 'rgb(138, 75, 32)', 'colour');
    },
  },
  {
    title: 'and JSON for scripts',
    expected: [status(500)],
    async run({ page, rendered }) {
      await page.goto(rendered);
      const found = await page.evaluate(async () => {
        const res = await fetch('/broken', { headers: { accept: 'application/json' } });
        return [res.status, res.headers.get('content-type'), await res.json()];
      });
      expect(found, [500, 'application/json; charset=utf-8', { error: 'see the log' }], 'answer');
    },
  },
  {
    title: 'a page that is not there is an error page',
    expected: [status(404)],
    async run({ page, rendered }) {
      expect((await page.goto(`${rendered}/coffee`)).status, 404, 'status');
      await page.textOf('p', '404 Not Found');
    },
  },
];

/** As a person does it. */
export async function signIn(page, name) {
  await page.click('input');
  await page.type(name);
  await page.loading(() => page.click('button'));
  await page.textOf('h1', `Hello, ${name}`);
}
