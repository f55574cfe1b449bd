/** Environments as lanes of the last minute: when each started, ran and was frozen. */
import { el } from './dom.js';

const windowMs = 60_000;
const lanesShown = 64;

export function renderEnvironments(section, { lanes, invocations, now }) {
  const from = now - windowMs;
  const drawn = lanes.slice(0, lanesShown).map((lane) => toLane(lane, invocations, from, now));
  section.querySelector('.empty').hidden = drawn.length > 0;
  const axis = el('div', { class: 'axis', 'aria-hidden': 'true' }, el('span', {}, '1 min ago'), el('span', {}, 'now'));
  section.querySelector('.lanes').replaceChildren(...drawn, ...(drawn.length > 0 ? [axis] : []));
}

const words = { initializing: 'starting', idle: 'frozen', busy: 'running', stopping: 'stopping', dead: 'ended' };

function toLane({ id, app, version, state, started, provisioned }, invocations, from, now) {
  const own = invocations.filter(({ environment, at }) => environment === id && at >= from);
  const spans = own.flatMap(({ at, timing }) => {
    const begun = at - timing.run;
    return [span('init', begun - timing.init, begun), span('app', begun, at)];
  });
  if (state === 'busy') spans.push(span('app', now - 200, now));
  // A process starts before anybody waits for it.
  const first = Math.min(now, ...own.filter(({ cold }) => cold).map(({ at, timing }) => at - timing.run));
  const isNew = started > from && (state === 'initializing' || own.some(({ cold }) => cold));
  if (isNew) spans.unshift(span('init', started, first));
  const label = `${app} v${version} ${id.slice(0, 8)}: ${words[state]}, ${own.length} invocations in the last minute`;
  const text = provisioned ? `${words[state]}, provisioned` : words[state];
  return el(
    'div',
    { class: 'lane', role: 'group', 'aria-label': label, 'data-state': state },
    el('span', { class: 'name', title: id }, `${app} v${version} `, el('small', {}, text)),
    el('div', { class: 'track' }, span('frozen', Math.max(started, from), now), ...spans),
  );

  function span(name, start, end) {
    const left = clamp((start - from) / windowMs);
    const width = clamp((end - from) / windowMs) - left;
    return el('span', { class: name, style: `left: ${left * 100}%; width: ${width * 100}%` });
  }
}

function clamp(share) {
  return Math.max(0, Math.min(1, share));
}
