/** What takes more than one call to prove of an example; each is given the URL of the app. */
import { createHash, randomBytes } from 'node:crypto';
import { expect, require } from '../check.mjs';

/** The style has a hash in its name, which only the page knows. */
export async function styleOfNext(url) {
  const page = await (await fetch(url)).text();
  const path = /\/_next\/static\/[^"]+\.css/.exec(page)?.[0];
  require(path !== undefined, `no style in ${page}`);
  const res = await fetch(new URL(path, url));
  expect([res.status, res.headers.get('cache-control')], [200, 'public, max-age=31536000, immutable'], path);
  require((await res.text()).includes('max-width:30rem'), 'it is another style');
  return path;
}

const steps = ['Boil', 'Warm the pot', 'Add the leaves', 'Pour', 'Steep', 'Serve'];
/** As `pauseMs` of the example. */
const pauseMs = 500;

/** An answer that somebody gathers arrives at once. */
export async function eventsOneByOne(url) {
  const { events, times } = await readEvents(url, {});
  expect(events, [...steps.map((step, index) => `id: ${index + 1}\ndata: ${step}`), 'event: done\ndata:'], 'events');
  const took = times.at(-1) - times[0];
  require(took > 0.8 * steps.length * pauseMs, `all arrived within ${took.toFixed(0)} ms`);
  return `${events.length} within ${took.toFixed(0)} ms`;
}

export async function eventsGoOn(url) {
  const { events } = await readEvents(url, { 'last-event-id': String(steps.length - 1) });
  expect(events, [`id: ${steps.length}\ndata: ${steps.at(-1)}`, 'event: done\ndata:'], 'events');
}

/** The events of the stream, and when each was there. */
async function readEvents(url, headers) {
  const res = await fetch(new URL('/events', url), { headers });
  expect([res.status, res.headers.get('content-type')], [200, 'text/event-stream'], 'answer');
  const events = [];
  const times = [];
  let rest = '';
  for await (const chunk of res.body.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + chunk).split('\n\n');
    rest = parts.pop();
    events.push(...parts);
    times.push(...parts.map(() => performance.now()));
  }
  expect(rest, '', 'rest');
  return { events, times };
}

/** Base64 makes 5.3 MB of these 4, and Lambda takes 6. */
export async function uploadFiles(url) {
  const files = [
    ['leaf.bin', randomBytes(3_000_000)],
    ['grün.bin', randomBytes(1_000_000)],
  ];
  const { status, body } = await upload(url, files);
  const wanted = files.map(([name, bytes]) => ({
    name,
    type: 'application/octet-stream',
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
  }));
  expect([status, JSON.parse(body)], [201, wanted], 'answer');
  return `${wanted.reduce((sum, { size }) => sum + size, 0)} bytes`;
}

export async function uploadTooMuch(url) {
  const { status } = await upload(url, [['pot.bin', randomBytes(5_000_000)]]);
  expect(status, 413, 'status');
}

async function upload(url, files) {
  const form = new FormData();
  for (const [name, bytes] of files) form.append('file', new File([bytes], name, { type: 'application/octet-stream' }));
  const res = await fetch(new URL('/files', url), { method: 'POST', body: form });
  return { status: res.status, body: await res.text() };
}
