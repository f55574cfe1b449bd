import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { products } from './products.js';

const port = Number(process.env.PORT ?? 3000);

const server = createServer(async (req, res) => {
  const path = req.url.split('?')[0];
  try {
    if (path === '/api/products') answer(res, 200, products);
    else if (path.startsWith('/api/products/')) answerProduct(res, path.slice('/api/products/'.length));
    else if (path === '/api/cart') await answerCart(req, res);
    else answer(res, 404, { error: 'not found' });
  } catch (error) {
    console.error(error);
    answer(res, 500, { error: 'see the log' });
  }
});

function answerProduct(res, id) {
  const product = products.find((product) => String(product.id) === id);
  if (product) answer(res, 200, product);
  else answer(res, 404, { error: 'no such tea' });
}

/** The cart is a cookie: the next request may be served by another environment, which shares no memory with this one. */
async function answerCart(req, res) {
  if (req.method !== 'PUT') return answer(res, 200, readCart(req));
  const cart = await json(req).catch(() => null);
  if (!Array.isArray(cart) || !cart.every(isProduct)) return answer(res, 400, { error: 'a list of ids is wanted' });
  res.setHeader('set-cookie', `cart=${cart.join('.')}; Path=/; HttpOnly; SameSite=Lax`);
  answer(res, 200, cart);
}

function readCart(req) {
  const [, ids = ''] = /(?:^|; )cart=([\d.]*)/.exec(req.headers.cookie ?? '') ?? [];
  return ids.split('.').map(Number).filter(isProduct);
}

function isProduct(id) {
  return products.some((product) => product.id === id);
}

function answer(res, status, body) {
  res.writeHead(status, { 'content-type': 'application/json' });
  res.end(JSON.stringify(body));
}

server.listen(port);
