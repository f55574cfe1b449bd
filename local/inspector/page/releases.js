/** Apps with their stages and releases; a stage goes back by a button. */
import { el } from './dom.js';

export function renderReleases(section, apps, onRollBack) {
  section.querySelector('.empty').hidden = apps.length > 0;
  const container = section.querySelector('.apps');
  // A redraw in the middle of a choice would take it away.
  if (container.contains(document.activeElement) && document.activeElement.matches('select')) return;
  const focused = document.activeElement?.dataset?.key;
  container.replaceChildren(...apps.flatMap((app) => toApp(app, onRollBack)));
  if (focused) container.querySelector(`[data-key="${CSS.escape(focused)}"]`)?.focus();
}

function toApp({ name, stages, releases }, onRollBack) {
  return [
    el('h3', {}, name),
    el('ul', { 'aria-label': `Stages of ${name}` }, ...stages.map((stage) => toStage(name, stage))),
    el(
      'ul',
      { 'aria-label': `Releases of ${name}` },
      ...releases.map((one) => toRelease(name, stages, one, onRollBack)),
    ),
  ];
}

function toStage(app, { name, version, shares, url }) {
  const others = Object.entries(shares).map(([other, share]) => `, ${Math.round(share * 100)} % v${other}`);
  const link = url
    ? el('a', { href: url, target: '_blank', rel: 'noopener', 'data-key': `${app} ${name}` }, url)
    : 'no URL';
  return el(
    'li',
    {},
    el('b', {}, name),
    el('span', { class: 'live' }, `v${version}${others.join('')}`),
    el('span', { class: 'what' }, link),
  );
}

function toRelease(app, stages, { version, published, stage: made, commit, description }, onRollBack) {
  const live = stages.filter((stage) => stage.version === version).map(({ name }) => name);
  const what = [
    commit && description.startsWith(commit) ? description : `${commit} ${description}`.trim(),
    new Date(published).toLocaleString(),
  ];
  const goal = stages.find(({ name }) => name === made) ?? stages[0];
  const button =
    goal && goal.version !== version
      ? el(
          'button',
          {
            type: 'button',
            'data-key': `${app} ${version}`,
            onclick: () => onRollBack({ app, stage: goal.name, version }),
          },
          `Point ${goal.name} here`,
        )
      : '';
  return el(
    'li',
    {},
    el('b', {}, `v${version}`),
    el('span', { class: 'what' }, what.filter(Boolean).join(' · ')),
    live.length > 0 ? el('span', { class: 'live' }, `live on ${live.join(', ')}`) : '',
    button,
  );
}
