import { views } from './views.js';

/** Shows the page of the address; `up` answers every address that is no file with index.html. */
function show() {
  const view = views[location.pathname] ?? views.missing;
  document.title = view.title;
  document.querySelector('main').innerHTML = view.html;
}

document.addEventListener('click', (event) => {
  const link = event.target.closest('a');
  const isOurs = link?.origin === location.origin && event.button === 0;
  if (!isOurs || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  history.pushState(null, '', link.href);
  show();
});

addEventListener('popstate', show);
show();
