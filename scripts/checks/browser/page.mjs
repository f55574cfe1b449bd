/** A tab as a check uses it: it goes somewhere, clicks and types, and remembers what went over the network and wrong. */
import { require } from '../check.mjs';
import { eventually } from '../processes.mjs';
import { watchNetwork } from './network.mjs';

/** With cookies and a cache of its own. */
export async function openPage(browser) {
  const { browserContextId } = await browser.send('Target.createBrowserContext');
  const { targetId } = await browser.send('Target.createTarget', { url: 'about:blank', browserContextId });
  const { sessionId } = await browser.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method, params) => browser.send(method, params, sessionId);
  const network = watchNetwork();
  const problems = [];
  let loads = 0;

  browser.listen(sessionId, ({ method, params }) => {
    network.see(method, params);
    if (method === 'Page.loadEventFired') loads++;
    const problem = problemIn(method, params);
    if (problem) problems.push(problem);
  });
  for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await send(`${domain}.enable`);

  /** Runs a function in the page; what it gives, or what its promise resolves with, has to be JSON. */
  async function evaluate(work, ...args) {
    const expression = `(${work})(...${JSON.stringify(args)})`;
    const options = { awaitPromise: true, returnByValue: true, userGesture: true };
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, ...options });
    require(!exceptionDetails, `in the page: ${exceptionDetails?.exception?.description ?? exceptionDetails?.text}`);
    return result.value;
  }

  /** Until the function gives something in the page; a page that is about to leave gives nothing. */
  function waitFor(what, work, ...args) {
    return eventually(`${what} in the page`, () => evaluate(work, ...args).catch(() => null), 15);
  }

  /** Does something that loads a document, and gives its response. */
  async function loading(action) {
    const before = loads;
    network.forget();
    await action();
    await eventually('the page to load', () => loads > before, 15);
    return network.document();
  }

  return {
    network,
    problems,
    evaluate,
    waitFor,
    loading,
    goto: (url) => loading(() => navigate(send, url)),
    reload: () => loading(() => send('Page.reload')),
    textOf: (selector, wanted) => waitFor(`"${wanted}" in ${selector}`, hasText, selector, wanted),
    click: async (selector) => clickAt(send, await waitFor(selector, centreOf, selector)),
    type: (text) => send('Input.insertText', { text }),
    press: (key, code = key) => pressKey(send, key, code),
    /** `light` or `dark`, as the system of whoever reads would say. */
    prefer: (value) => send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] }),
    resize: (width, height) =>
      send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }),
    /** PNG */
    screenshot: async () => Buffer.from((await send('Page.captureScreenshot', { format: 'png' })).data, 'base64'),
    close: () => browser.send('Target.disposeBrowserContext', { browserContextId }),
  };
}

async function navigate(send, url) {
  const { errorText } = await send('Page.navigate', { url });
  require(!errorText, `${url}: ${errorText}`);
}

async function clickAt(send, { x, y }) {
  const mouse = { x, y, button: 'left', clickCount: 1 };
  await send('Input.dispatchMouseEvent', { ...mouse, type: 'mousePressed' });
  await send('Input.dispatchMouseEvent', { ...mouse, type: 'mouseReleased' });
}

/** A key that types nothing is known by its code alone. */
async function pressKey(send, key, code) {
  const text = key === 'Enter' ? '\r' : key;
  const virtual = { Enter: 13, Tab: 9 }[key];
  const about = { key, code, ...(virtual && { windowsVirtualKeyCode: virtual }) };
  await send('Input.dispatchKeyEvent', { type: 'keyDown', ...about, ...(key !== 'Tab' && { text }) });
  await send('Input.dispatchKeyEvent', { type: 'keyUp', ...about });
}

/** What a person would see in red in the console. */
function problemIn(method, params) {
  if (method === 'Runtime.exceptionThrown') return params.exceptionDetails.exception?.description ?? 'an exception';
  if (method === 'Log.entryAdded' && params.entry.level === 'error') return `${params.entry.text} ${params.entry.url}`;
  if (method !== 'Runtime.consoleAPICalled' || params.type !== 'error') return undefined;
  return params.args.map(({ value, description }) => value ?? description).join(' ');
}

function hasText(selector, wanted) {
  return document.querySelector(selector)?.textContent.includes(wanted);
}

function centreOf(selector) {
  const box = document.querySelector(selector)?.getBoundingClientRect();
  return box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
