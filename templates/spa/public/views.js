/** The pages, by their path. */
export const views = {
  '/': { title: 'Hello', html: '<h1>Hello</h1><p>Edit <code>public/views.js</code>.</p>' },
  '/about': { title: 'About', html: '<h1>About</h1><p>A page of its own, without a request.</p>' },
  missing: { title: 'Not found', html: '<h1>Not found</h1>' },
};
