/** What each example is held to. */
import { npmInstall } from '../project.mjs';
import { frameworks } from './frameworks.mjs';
import { eventsGoOn, eventsOneByOne, uploadFiles, uploadTooMuch } from './proofs.mjs';

const text = { 'content-type': 'text/plain; charset=utf-8' };
const json = { 'content-type': 'application/json' };
const page = { accept: 'text/html' };
/** A form whose connection broke off. */
const cutOff = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nabc';

/**
 * What each example is asked, and what it answers: method, path, body -> status, body, header fields. `prepare` readies
 * its copy, `proofs` are what takes more than a call, `again: false` has no second deploy. Those that take longest stand
 * first.
 */
export const examples = {
  ...frameworks,
  rendered: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, contains: '<link rel="stylesheet" href="/style.css">' },
      ],
      [
        { method: 'PUT', path: '/session', body: '{"name":"TJ"}', headers: json },
        { status: 200, body: '{"name":"TJ"}' },
      ],
      [
        { method: 'GET', path: '/coffee' },
        { status: 404, body: '{"error":"not found"}' },
      ],
      [
        { method: 'GET', path: '/broken', headers: page },
        { status: 500, contains: 'The tea has gone cold' },
      ],
    ],
  },
  uploads: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, contains: 'enctype="multipart/form-data"' },
      ],
      [
        { method: 'POST', path: '/files', body: 'a cup of tea', headers: text },
        { status: 400, contains: 'Unsupported content type' },
      ],
      [
        {
          method: 'POST',
          path: '/files',
          body: cutOff,
          headers: { 'content-type': 'multipart/form-data; boundary=x' },
        },
        { status: 400, body: '{"error":"Unexpected end of form"}\n' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, body: '{"error":"not found"}\n' },
      ],
    ],
    proofs: [
      ['two files of several megabytes arrive as they were', uploadFiles],
      ['more than Lambda takes is refused', uploadTooMuch],
    ],
  },
  sse: {
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, contains: "new EventSource('/events')" },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, body: 'Not found\n' },
      ],
    ],
    proofs: [
      ['events arrive one by one', eventsOneByOne],
      ['who comes back goes on where it was', eventsGoOn],
    ],
  },
  spa: {
    calls: [
      [
        { method: 'GET', path: '/products/42', headers: page },
        { status: 200, contains: '<main></main>' },
      ],
      [
        { method: 'GET', path: '/api/products/42' },
        { status: 200, contains: '"name":"Sencha"' },
      ],
      [
        { method: 'PUT', path: '/api/cart', body: '[42]', headers: json },
        { status: 200, body: '[42]' },
      ],
      [
        { method: 'GET', path: '/api/coffee' },
        { status: 404, body: '{"error":"not found"}' },
      ],
    ],
  },
  typescript: {
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: '{"greeting":"Hello, TypeScript","length":17}\n' },
      ],
      [
        { method: 'POST', path: '/', body: 'TJ', headers: text },
        { status: 200, body: '{"greeting":"Hello, TJ","length":9}\n' },
      ],
      [
        { method: 'GET', path: '/no/where' },
        { status: 404, body: '{"error":"not found"}\n' },
      ],
      [
        { method: 'GET', path: '/fail' },
        { status: 500, body: '{"error":"see the log"}\n' },
      ],
    ],
  },
  go: {
    needs: 'go',
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Go\n' },
      ],
      [
        { method: 'POST', path: '/echo', body: 'grüße', headers: text },
        { status: 200, body: 'grüße' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, body: '404 page not found\n' },
      ],
    ],
  },
  python: {
    needs: 'python3',
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Python\n' },
      ],
      [
        { method: 'POST', path: '/echo', body: 'grüße', headers: text },
        { status: 200, body: 'grüße' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, body: 'Not found\n' },
      ],
    ],
  },
  static: {
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, contains: '<h1>Tea shop</h1>' },
      ],
      [
        { method: 'GET', path: '/about' },
        { status: 200, contains: '<h1>About</h1>' },
      ],
      [
        { method: 'GET', path: '/assets/style.3f2a9c1b.css' },
        { status: 200, contains: 'darkgreen' },
      ],
      [
        { method: 'GET', path: '/coffee' },
        { status: 404, contains: 'UP_STATIC_NOT_FOUND' },
      ],
    ],
  },
  hello: {
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from up\n' },
      ],
      [
        { method: 'POST', path: '/echo?a=1', body: 'grüße', headers: text },
        { status: 200, contains: '"body":"grüße"' },
      ],
      // It knows no unknown path.
      [
        { method: 'GET', path: '/nowhere' },
        { status: 200, body: 'Hello from up\n' },
      ],
    ],
  },
};
