/** Log lines: those of apps as their level and message, those of the platform as they are. */
import { clock, el } from './dom.js';

const shown = 300;

export function renderLogs(section, lines) {
  const list = section.querySelector('ol');
  const isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.replaceChildren(...lines.slice(-shown).map(toItem));
  // Whoever has scrolled back reads there.
  if (isAtEnd) list.scrollTop = list.scrollHeight;
}

function toItem({ at, app, message, record }) {
  const head = [el('span', { class: 'app-name' }, `${clock(at)} ${app} `)];
  if (!record) return el('li', { class: 'platform' }, ...head, message);
  const { level = 'info', message: text = '' } = record;
  // A line is anybody's: of another shape it is no reason to show none after it.
  const fields = isObject(record.fields) ? record.fields : {};
  return el(
    'li',
    {},
    ...head,
    el('span', { class: level }, `${level} ${text}`),
    el('span', { class: 'fields' }, ` ${inWords(fields)}`),
  );
}

function isObject(value) {
  return typeof value === 'object' && value !== null;
}

/** Of a request what a person looks for; of anything else all of it. */
function inWords(fields) {
  const { method, path, status, duration, ...rest } = fields;
  if (method && status) return `${method} ${path} ${status} ${duration} ms`;
  const { app, stage, version, commit, ...own } = { method, path, status, duration, ...rest };
  return Object.entries(own)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
}
