/** Requests as they happen, each with where its time went. */
import { clock, duration, el } from './dom.js';

const shown = 100;
/** Which rows are open, by the id of the request. */
const open = new Set();

/**
 * The parts of a request's time, in milliseconds: what its front door and the way there took, what was left of the
 * init phase, the app with its middleware as its own record says, and the rest of the invocation, which is the proxy's.
 */
export function partsOf({ duration: total, invocation, record }) {
  if (!invocation) return { queued: total, init: 0, proxy: 0, app: 0 };
  const { init, run } = invocation.timing;
  const app = Math.min(record?.duration ?? run, run);
  return { queued: Math.max(0, total - init - run), init, proxy: run - app, app };
}

export function renderRequests(section, requests) {
  const rows = requests.slice(-shown).reverse().flatMap(toRows);
  section.querySelector('.empty').hidden = rows.length > 0;
  section.querySelector('table').hidden = rows.length === 0;
  const focused = document.activeElement?.dataset?.id;
  section.querySelector('tbody').replaceChildren(...rows);
  if (focused) section.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
}

function toRows(request) {
  const { id, at, app, qualifier, method, path, status, duration: total } = request;
  const isOpen = open.has(id);
  const toggle = ({ currentTarget }) => {
    if (isOpen) open.delete(id);
    else open.add(id);
    currentTarget.dispatchEvent(new CustomEvent('redraw', { bubbles: true }));
  };
  const onkeydown = (event) => {
    if (event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    toggle(event);
  };
  const row = el(
    'tr',
    {
      class: status >= 500 ? 'bad' : '',
      tabindex: 0,
      'data-id': id,
      'aria-expanded': isOpen,
      onclick: toggle,
      onkeydown,
    },
    el('td', {}, clock(at)),
    el('td', { class: 'request', title: `${app} ${qualifier}` }, `${method} ${path}`),
    el('td', { class: 'status' }, String(status)),
    el('td', {}, duration(total)),
    el('td', {}, bar(partsOf(request))),
  );
  return isOpen ? [row, el('tr', {}, el('td', { class: 'detail', colspan: 5 }, detail(request)))] : [row];
}

function bar(parts) {
  const total = Object.values(parts).reduce((sum, part) => sum + part, 0) || 1;
  const label = words(parts);
  const spans = Object.entries(parts)
    .filter(([, part]) => part > 0)
    .map(([name, part]) => el('span', { class: name, style: `flex: ${part / total}` }));
  return el('div', { class: 'bar', role: 'img', 'aria-label': label, title: label }, ...spans);
}

const names = { queued: 'gateway', init: 'init', proxy: 'proxy', app: 'app' };

function words(parts) {
  return Object.entries(parts)
    .filter(([, part]) => part > 0)
    .map(([name, part]) => `${names[name]} ${duration(part)}`)
    .join(', ');
}

function detail(request) {
  const { app, qualifier, invocation, requestId } = request;
  if (!invocation) return `${app} ${qualifier}: the front door answered by itself`;
  const { version, environment, cold, timing } = invocation;
  const before = cold ? 'cold start' : `frozen for ${duration(timing.frozen)} before`;
  return `${app} ${qualifier} v${version}, environment ${environment.slice(0, 8)}, ${before}; ${words(partsOf(request))}; request ${requestId}`;
}
