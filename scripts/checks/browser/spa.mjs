/** What a browser makes of `examples/spa`. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, require } from '../check.mjs';
import { expectCompressed, status } from './expectations.mjs';

export const spaCases = [
  {
    title: 'a deep link renders its route',
    async run({ page, spa }) {
      expect((await page.goto(`${spa}/products/42`)).status, 200, 'status');
      await page.textOf('h1', 'Sencha');
      await page.textOf('p', 'From Japan, € 9.50');
    },
  },
  {
    title: 'a reload of it renders it again, and asks for modules with 304',
    async run({ page, spa }) {
      await page.goto(`${spa}/products/42`);
      await page.textOf('h1', 'Sencha');
      expect((await page.reload()).raw.status, 304, 'status of the document');
      await page.textOf('h1', 'Sencha');
      const { status, headers } = page.network.find('/views.js').raw;
      expect(status, 304, 'status of a module');
      require(/accept-encoding/i.test(headers.vary), `its Vary is ${headers.vary}`);
      require(headers.etag.startsWith('W/'), `its ETag is ${headers.etag}`);
    },
  },
  {
    title: 'links, back and forward change the view without a load',
    async run({ page, spa }) {
      await page.goto(spa);
      await page.evaluate(() => {
        window.sameDocument = true;
      });
      await page.click('a[href="/products/7"]');
      await page.textOf('h1', 'Assam');
      await page.click('a[href="/cart"]');
      await page.textOf('h1', 'Cart');
      await page.evaluate(() => history.back());
      await page.textOf('h1', 'Assam');
      await page.evaluate(() => history.forward());
      await page.textOf('h1', 'Cart');
      const { path, same } = await page.evaluate(() => ({ path: location.pathname, same: window.sameDocument }));
      expect([path, same], ['/cart', true], 'path, and whether it is the same document');
    },
  },
  {
    title: 'a route that the app does not know is its own word',
    async run({ page, spa }) {
      expect((await page.goto(`${spa}/coffee`)).status, 200, 'status');
      await page.textOf('h1', 'No such tea');
    },
  },
  {
    title: 'a redirect leads to a route, with its query',
    async run({ page, spa }) {
      const { redirects } = await page.goto(`${spa}/tea/42?from=mail`);
      expect(redirects, [301], 'redirects');
      await page.textOf('h1', 'Sencha');
      expect(await page.evaluate(() => location.href), `${spa}/products/42?from=mail`, 'address');
    },
  },
  {
    title: 'what a button puts into the cart is there after a load',
    async run({ page, spa }) {
      await page.goto(`${spa}/products/42`);
      await page.click('button');
      await page.textOf('button', 'In your cart of 1');
      await page.goto(`${spa}/cart`);
      await page.textOf('li', 'Sencha');
    },
  },
  {
    title: 'assets arrive compressed and whole',
    async run({ page, spa, dirs }) {
      await page.goto(spa);
      await page.textOf('h1', 'Teas');
      for (const path of [`/assets/${styleOf(dirs.spa)}`, '/views.js']) {
        const coding = expectCompressed(page.network.find(path));
        const text = await page.evaluate(async (path) => (await fetch(path)).text(), path);
        expect(hash(text), hash(readFileSync(join(dirs.spa, 'public', path))), `${path} in ${coding}`);
      }
      const color = await page.evaluate(() => getComputedStyle(document.querySelector('nav a')).color);
      expect(color, 'rgb(47, 107, 60)', 'colour of links');
    },
  },
  {
    title: 'an asset with a hash in its name is not asked for again',
    async run({ page, spa, dirs }) {
      const path = `/assets/${styleOf(dirs.spa)}`;
      await page.goto(spa);
      const cached = page.network.find(path).headers['cache-control'];
      expect(cached, 'public, max-age=31536000, immutable', 'cache-control');
      await page.goto(`${spa}/cart`);
      const { fromDiskCache, fromMemory } = page.network.find(path);
      require(fromDiskCache || fromMemory, 'it was asked for again');
    },
  },
  {
    title: 'what is no page is an error page for people',
    expected: [status(404)],
    async run({ page, spa }) {
      expect((await page.goto(`${spa}/prices.pdf`)).status, 404, 'status');
      await page.textOf('p', 'Tea shop has nothing at this address');
    },
  },
  {
    title: 'what is not in the API is JSON for scripts',
    expected: [status(404)],
    async run({ page, spa }) {
      await page.goto(spa);
      const found = await page.evaluate(async () => {
        const res = await fetch('/api/products/8', { headers: { accept: 'application/json' } });
        return [res.status, await res.json()];
      });
      expect(found, [404, { error: 'no such tea' }], 'answer');
    },
  },
  {
    title: 'what inject puts in is in the document, compressed as it is',
    async run({ page, spa }) {
      expectCompressed(await page.goto(`${spa}/products/42`));
      const colors = await page.evaluate(() =>
        [...document.head.querySelectorAll('meta[name="theme-color"]')].map(({ content }) => content),
      );
      expect(colors, ['#2f6b3c'], 'theme-color');
    },
  },
  {
    title: 'the policy of headers holds for the page of a deep link',
    expected: [/violates the following Content Security Policy/],
    async run({ page, spa }) {
      await page.goto(`${spa}/products/42`);
      const ran = await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        return window.ran ?? false;
      });
      expect(ran, false, 'whether an inline script ran');
    },
  },
];

function styleOf(dir) {
  return readdirSync(join(dir, 'public', 'assets'))[0];
}

function hash(content) {
  return createHash('sha256').update(content).digest('hex');
}
