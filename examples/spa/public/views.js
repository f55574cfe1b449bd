import { api } from './api.js';

export async function listView() {
  const products = await api('/products');
  return [create('h1', 'Teas'), create('ul', ...products.map(({ id, name }) => create('li', linkTo(id, name))))];
}

export async function productView(id) {
  const product = await api(`/products/${id}`);
  if (!product) return notFoundView();
  const { name, price, origin, text } = product;
  return [create('h1', name), create('p', `${text} From ${origin}, € ${price.toFixed(2)}.`), addButton(product)];
}

export async function cartView() {
  const [cart, products] = await Promise.all([api('/cart'), api('/products')]);
  const chosen = cart.map((id) => products.find((product) => product.id === id));
  return [create('h1', 'Cart'), create('ul', ...chosen.map(({ id, name }) => create('li', linkTo(id, name))))];
}

export async function notFoundView() {
  return [create('h1', 'No such tea'), create('p', 'It may have been drunk.')];
}

function addButton({ id }) {
  const button = create('button', 'Add to cart');
  button.addEventListener('click', async () => {
    const cart = await api('/cart', { method: 'PUT', body: JSON.stringify([...(await api('/cart')), id]) });
    button.textContent = `In your cart of ${cart.length}`;
  });
  return button;
}

function linkTo(id, name) {
  const link = create('a', name);
  link.href = `/products/${id}`;
  return link;
}

function create(name, ...children) {
  const element = document.createElement(name);
  element.append(...children);
  return element;
}
