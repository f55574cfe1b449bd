/**
 * Proves that real browsers get on with what `up` serves: the examples `spa` and `rendered` in headless Chromium, under
 * `up start` and deployed to the local Lambda behind an HTTP API and a Function URL, and the inspector's page. Every case has a tab with cookies
 * and a cache of its own, and fails for anything in its console that it does not expect.
 *
 * Installs express by npm into the copies, and Chromium by apt-get where there is none.
 */

import { startChromium } from './browser/chromium.mjs';
import { crossOriginCases } from './browser/cross-origin.mjs';
import { inspectorCases } from './browser/inspector.mjs';
import { openPage } from './browser/page.mjs';
import { renderedCases } from './browser/rendered.mjs';
import { deploySites, startSites } from './browser/sites.mjs';
import { spaCases } from './browser/spa.mjs';
import { require, runCheck } from './check.mjs';
import { descendantsOf, eventually, isDead } from './processes.mjs';
import { checkStop, requireBuild, startPlatform } from './project.mjs';

const groups = { spa: spaCases, rendered: renderedCases, 'cross-origin': crossOriginCases };

await runCheck('browser', 300, async (check) => {
  const browser = await startChromium(check);
  await requireBuild();
  await exercise(check, browser, 'start', () => startSites(check));
  const platform = await startPlatform(check);
  await exercise(check, browser, 'lambda', () => deploySites(check, platform));
  for (const one of inspectorCases(check, platform))
    await check.case(`inspector: ${one.title}`, () => inTab(browser, {}, one));
  await checkStop(check, platform);
  await checkEnd(check, browser);
});

async function exercise(check, browser, way, bring) {
  let sites;
  await check.case(`${way}: both sites are there`, async () => {
    sites = await bring();
    return Object.values(sites.origins).join(', ');
  });
  if (!sites) return;
  for (const [group, cases] of Object.entries(groups)) {
    for (const one of cases) await check.case(`${way}: ${group}: ${one.title}`, () => inTab(browser, sites, one));
  }
}

async function inTab(browser, { dirs, origins }, { run, expected = [] }) {
  const page = await openPage(browser);
  try {
    await run({ page, dirs, ...origins });
    await eventually(
      `${expected} in the console`,
      () => expected.every((form) => page.problems.some((text) => form.test(text))),
      5,
    );
    const unexpected = page.problems.filter((text) => !expected.some((form) => form.test(text)));
    require(unexpected.length === 0, `in the console: ${unexpected.join('\n')}`);
  } finally {
    await page.close();
  }
}

async function checkEnd(check, browser) {
  await check.case('the browser ends and leaves no process', async () => {
    const all = [browser.pid, ...descendantsOf(browser.pid)];
    await browser.send('Browser.close');
    await browser.exited;
    await eventually('its processes to end', () => all.every(isDead));
    return `${all.length} of them`;
  });
}
