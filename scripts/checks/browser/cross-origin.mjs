/** What pages of one site may do with the other, and what pages of a stranger may not. */
import { expect, require } from '../check.mjs';
import { eventually } from '../processes.mjs';
import { status } from './expectations.mjs';
import { signIn } from './rendered.mjs';
import { strangerOf } from './sites.mjs';

const refused = /has been blocked by CORS policy/;
/** Chromium's second word on a request that it has ended. */
const failed = /net::ERR_FAILED/;

export const crossOriginCases = [
  {
    title: 'fetch with credentials sends the cookie and reads the answer',
    async run({ page, spa, rendered }) {
      await page.goto(rendered);
      await signIn(page, 'Ada');
      await page.goto(spa);
      expect(await page.evaluate(ask, `${rendered}/session`), answer({ name: 'Ada' }), 'with credentials');
      const without = await page.evaluate(ask, `${rendered}/session`, { credentials: 'omit' });
      expect(without, answer({}), 'without them');
    },
  },
  {
    title: 'a PUT of JSON is let through by a preflight, and its cookie is kept',
    async run({ page, spa, rendered }) {
      await page.goto(spa);
      const put = await page.evaluate(ask, `${rendered}/session`, putJson({ name: 'Grace' }));
      expect(put, answer({ name: 'Grace' }), 'answer');
      await expectPreflight(page);
      expect(await page.evaluate(ask, `${rendered}/session`), answer({ name: 'Grace' }), 'session');
    },
  },
  {
    title: 'so is one to the API beside the files',
    async run({ page, spa, rendered }) {
      await page.goto(rendered);
      expect(await page.evaluate(ask, `${spa}/api/cart`, putJson([7, 42])), answer([7, 42]), 'answer');
      await expectPreflight(page);
      await page.goto(`${spa}/cart`);
      await page.textOf('ul', 'AssamSencha');
    },
  },
  {
    title: 'an error of the other site can be read',
    expected: [status(500)],
    async run({ page, spa, rendered }) {
      await page.goto(spa);
      const found = await page.evaluate(ask, `${rendered}/broken`, { headers: { accept: 'application/json' } });
      expect(found, { status: 500, body: { error: 'see the log' } }, 'answer');
    },
  },
  {
    title: 'a redirect of the other site is followed',
    async run({ page, spa, rendered }) {
      await page.goto(spa);
      const found = await page.evaluate(async (url) => {
        const res = await fetch(url, { credentials: 'include' });
        return [res.url, (await res.text()).includes('It is <time>')];
      }, `${rendered}/time/now`);
      expect(found, [`${rendered}/clock`, true], 'address, and whether it is the page');
    },
  },
  {
    title: 'server-sent events of the other site arrive with credentials',
    async run({ page, spa, rendered }) {
      await page.goto(spa);
      const opened = await page.evaluate((url) => {
        const source = new EventSource(url, { withCredentials: true });
        return new Promise((resolve, reject) => {
          source.onmessage = ({ data }) =>
            resolve([source.readyState === EventSource.OPEN, !Number.isNaN(Date.parse(data))]);
          source.onerror = () => reject(new Error('no events'));
        }).finally(() => source.close());
      }, `${rendered}/ticks`);
      expect(opened, [true, true], 'whether it is open, and tells the time');
    },
  },
  {
    title: 'a method that is not allowed is refused to everybody',
    expected: [refused, failed],
    async run({ page, spa, rendered }) {
      await page.goto(spa);
      const found = await page.evaluate(ask, `${rendered}/session`, { method: 'DELETE' });
      expect(found, 'Failed to fetch', 'answer');
    },
  },
  {
    title: 'a stranger cannot read',
    expected: [refused, failed],
    async run({ page, spa, rendered }) {
      await page.goto(strangerOf(spa));
      expect(await page.evaluate(ask, `${rendered}/session`), 'Failed to fetch', 'answer');
      const { failed } = page.network.find('/session');
      require(/AllowOrigin/.test(failed), `it failed for ${failed}`);
    },
  },
  {
    title: 'a stranger cannot write: its PUT ends at the preflight',
    expected: [refused, failed],
    async run({ page, spa, rendered }) {
      await page.goto(strangerOf(spa));
      const found = await page.evaluate(ask, `${rendered}/session`, putJson({ name: 'Mallory' }));
      expect(found, 'Failed to fetch', 'answer');
      const { status: sent, failed } = page.network.find('/session');
      require(sent === undefined && /Preflight/.test(failed), `it was answered ${sent}, and failed for ${failed}`);
    },
  },
];

/** Chromium may tell of it after the answer that it has led to. */
async function expectPreflight({ network }) {
  const sent = await eventually('the preflight', () => network.preflight()?.status);
  expect(sent, 204, 'status of the preflight');
}

/** In the page: the status and the JSON of an answer, or why there is none. */
async function ask(url, options) {
  try {
    const res = await fetch(url, { credentials: 'include', ...options });
    return { status: res.status, body: await res.json() };
  } catch (error) {
    return error.message;
  }
}

function answer(body) {
  return { status: 200, body };
}

function putJson(value) {
  return { method: 'PUT', headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
