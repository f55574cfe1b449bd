/** The last five minutes as charts, from the requests that this page has seen. */
import { duration, el, percentile, svg } from './dom.js';

const buckets = 60;
const bucketMs = 5_000;

export function renderMetrics(section, { requests, now }) {
  const slots = Array.from({ length: buckets }, () => []);
  const first = Math.floor(now / bucketMs) - buckets + 1;
  for (const request of requests) slots[Math.floor(request.at / bucketMs) - first]?.push(request);
  const all = slots.flat();
  const latencies = sorted(all);
  section.querySelector('.charts').replaceChildren(
    chart(
      'Requests',
      String(all.length),
      'by 5 s',
      slots.map((slot) => slot.length),
    ),
    chart(
      'Latency p50',
      duration(percentile(latencies, 0.5)),
      `p95 ${duration(percentile(latencies, 0.95))}`,
      slots.map((slot) => percentile(sorted(slot), 0.5)),
      slots.map((slot) => percentile(sorted(slot), 0.95)),
    ),
    chart(
      'Errors',
      String(all.filter(isError).length),
      'status 500 and above',
      slots.map((slot) => slot.filter(isError).length),
    ),
    chart(
      'Cold starts',
      String(all.filter(isCold).length),
      share(all),
      slots.map((slot) => slot.filter(isCold).length),
    ),
  );
}

function sorted(requests) {
  return requests.map((request) => request.duration).sort((a, b) => a - b);
}

const isError = ({ status }) => status >= 500;
const isCold = ({ invocation }) => invocation?.cold === true;

function share(requests) {
  if (requests.length === 0) return 'of all requests';
  return `${((requests.filter(isCold).length / requests.length) * 100).toFixed(1)} % of requests`;
}

function chart(title, figure, note, values, others = []) {
  const top = Math.max(1e-9, ...values, ...others);
  const line = (list) => list.map((value, at) => `${at === 0 ? 'M' : 'L'}${at} ${30 - (value / top) * 28}`).join('');
  const drawing = svg(
    'svg',
    {
      viewBox: `0 0 ${buckets - 1} 31`,
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': `${title}: ${figure}, ${note}`,
    },
    svg('line', { x1: 0, y1: 30.5, x2: buckets - 1, y2: 30.5 }),
    ...(others.length > 0 ? [svg('path', { class: 'second', d: line(others) })] : []),
    svg('path', { d: line(values) }),
  );
  return el('figure', {}, el('figcaption', {}, `${title} `, el('b', {}, figure), ` ${note}`), drawing);
}
