/** Shows the view of the address in `main`: now, and after every link of this site, back and forward. */
export function startRouter(main, routes) {
  async function show() {
    const path = location.pathname;
    const [view, values] = find(routes, path);
    const nodes = await view(...values);
    // Somebody was faster than the network.
    if (path === location.pathname) main.replaceChildren(...nodes);
  }

  document.addEventListener('click', (event) => {
    const link = event.target.closest('a');
    if (!link || !staysHere(link, event)) return;
    event.preventDefault();
    history.pushState(null, '', link.href);
    show();
  });
  addEventListener('popstate', show);
  show();
}

function find(routes, path) {
  const [pattern, view] = routes.find(([pattern]) => pattern.test(path));
  return [view, pattern.exec(path).slice(1)];
}

/** A new tab, a download and another site are the browser's. */
function staysHere(link, { button, metaKey, ctrlKey, shiftKey }) {
  if (button !== 0 || metaKey || ctrlKey || shiftKey) return false;
  return link.origin === location.origin && !link.target && !link.hasAttribute('download');
}
