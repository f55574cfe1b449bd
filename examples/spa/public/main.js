import { startRouter } from './router.js';
import { cartView, listView, notFoundView, productView } from './views.js';

startRouter(document.querySelector('main'), [
  [/^\/$/, listView],
  [/^\/products\/(\d+)$/, productView],
  [/^\/cart$/, cartView],
  [/^/, notFoundView],
]);
