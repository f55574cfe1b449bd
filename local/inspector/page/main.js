/** The page: follows the platform's events and draws what they say, at most once a frame. */
import { renderEnvironments } from './environments.js';
import { renderLogs } from './logs.js';
import { renderMetrics } from './metrics.js';
import { renderReleases } from './releases.js';
import { renderRequests } from './requests.js';

const kept = 2_000;
const $ = (id) => document.getElementById(id);
const state = {
  requests: [],
  invocations: [],
  lines: [],
  view: { title: '', lanes: [], apps: [], now: Date.now() },
  skew: 0,
  paused: false,
};
/** Invocations and records of apps that came before their request, by its id. */
const early = new Map();
let drawn = false;

function add(list, one) {
  list.push(one);
  if (list.length > kept) list.shift();
}

const receive = {
  request(seen) {
    const { invocation, record } = early.get(seen.requestId) ?? {};
    add(state.requests, {
      ...seen,
      id: seen.requestId ?? `front door ${seen.at} ${Math.random()}`,
      invocation,
      record,
    });
  },
  invocation(seen) {
    add(state.invocations, seen);
    attach(seen.requestId, { invocation: seen });
  },
  line(seen) {
    const record = parse(seen.message);
    add(state.lines, { ...seen, record });
    if (record?.message === 'response') attach(record.fields?.request_id, { record: record.fields });
  },
};

function attach(requestId, what) {
  const request = state.requests.findLast((one) => one.requestId === requestId);
  if (request) Object.assign(request, what);
  else early.set(requestId, { ...early.get(requestId), ...what });
  if (early.size > kept) early.delete(early.keys().next().value);
}

function parse(message) {
  if (!message.startsWith('{')) return null;
  try {
    return JSON.parse(message);
  } catch {
    return null;
  }
}

function connect() {
  const source = new EventSource('events');
  source.addEventListener('past', ({ data }) => {
    for (const list of [state.requests, state.invocations, state.lines]) list.length = 0;
    early.clear();
    for (const happening of JSON.parse(data)) receive[happening.kind](happening);
    say('connected', false);
  });
  source.addEventListener('happening', ({ data }) => {
    const happening = JSON.parse(data);
    receive[happening.kind](happening);
    redraw();
  });
  source.addEventListener('view', ({ data }) => {
    state.view = JSON.parse(data);
    state.skew = state.view.now - Date.now();
    redraw();
  });
  // The browser tries again by itself.
  source.addEventListener('error', () => say('the platform does not answer', true));
}

function say(text, isLost) {
  $('state').textContent = text;
  $('state').classList.toggle('lost', isLost);
}

function redraw() {
  if (drawn || state.paused) return;
  drawn = true;
  requestAnimationFrame(draw);
}

function draw() {
  drawn = false;
  const now = Date.now() + state.skew;
  const app = $('app').value;
  const text = $('filter').value.trim().toLowerCase();
  const isOfApp = (one) => app === '' || one.app === app || one.name === app;
  const has = (words) => text === '' || words.toLowerCase().includes(text);
  const { title, lanes, apps } = state.view;
  $('title').textContent = title;
  document.title = `up ${title}`;
  $('environments').hidden = lanes === null;
  $('releases').hidden = apps === null;
  offerApps(apps ?? []);
  const requests = state.requests.filter(isOfApp);
  renderMetrics($('metrics'), { requests, now });
  renderRequests(
    $('requests'),
    requests.filter(({ method, path, status, app: name, qualifier }) =>
      has(`${method} ${path} ${status} ${name} ${qualifier}`),
    ),
  );
  renderEnvironments($('environments'), {
    lanes: (lanes ?? []).filter(isOfApp),
    invocations: state.invocations,
    now,
  });
  renderReleases($('releases'), (apps ?? []).filter(isOfApp), rollBack);
  renderLogs(
    $('logs'),
    state.lines.filter((line) => isOfApp(line) && has(line.message)),
  );
}

function offerApps(apps) {
  const names = apps.map(({ name }) => name);
  const known = [...$('app').options].slice(1).map(({ value }) => value);
  if (names.join() === known.join()) return;
  const chosen = $('app').value;
  $('app').replaceChildren(
    new Option('all apps', ''),
    ...names.map((name) => new Option(name, name, false, name === chosen)),
  );
}

async function rollBack(move) {
  const res = await fetch('roll-back', { method: 'POST', body: JSON.stringify(move) });
  const answer = await res.json();
  if (!res.ok) return say(answer.message, true);
  state.view = answer;
  say(`${move.stage} of ${move.app} is v${move.version}`, false);
  redraw();
}

function pause() {
  state.paused = !state.paused;
  $('pause').setAttribute('aria-pressed', String(state.paused));
  redraw();
}

$('pause').addEventListener('click', pause);
$('app').addEventListener('change', draw);
$('filter').addEventListener('input', draw);
document.addEventListener('redraw', draw);
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches('input, select')) return;
  if (event.key === '/') {
    event.preventDefault();
    $('filter').focus();
  }
  if (event.key === 'p') pause();
});
// Lanes move on while nothing happens.
setInterval(redraw, 1_000);
connect();
