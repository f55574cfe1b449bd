/** What the apps that are made with a framework are held to; see table.mjs. */
import { npmInstall } from '../project.mjs';
import { styleOfNext } from './proofs.mjs';

const json = { 'content-type': 'application/json' };

export const frameworks = {
  next: {
    prepare: npmInstall,
    // Each build of Next.js in a container makes new keys, so there always is something to deploy.
    again: false,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, contains: '<h1>Tea shop</h1>', fields: { 'x-nextjs-prerender': '1' } },
      ],
      [
        { method: 'GET', path: '/teas/sencha', headers: { cookie: 'milk=yes' } },
        { status: 200, contains: 'With milk' },
      ],
      [
        { method: 'GET', path: '/leaf.svg' },
        { status: 200, contains: '<title>A leaf</title>', fields: { 'content-type': 'image/svg+xml' } },
      ],
      [
        { method: 'POST', path: '/api/orders', body: '{"tea":"assam"}' },
        { status: 201, body: '{"id":"assam","name":"Assam","grams":250}' },
      ],
      [
        { method: 'POST', path: '/api/orders', body: '{"tea":"coffee"}' },
        { status: 404, body: '{"error":"no such tea"}' },
      ],
      [
        { method: 'GET', path: '/teas/coffee' },
        { status: 404, contains: 'This page could not be found' },
      ],
    ],
    proofs: [['the style of a page is there, for a year', styleOfNext]],
  },
  nest: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Nest\n' },
      ],
      // The controller has its service by injection.
      [
        { method: 'GET', path: '/prices/sencha/100' },
        { status: 200, body: '{"tea":"sencha","grams":100,"cents":1200}' },
      ],
      [
        { method: 'GET', path: '/prices/sencha/many' },
        { status: 400, contains: 'numeric string is expected' },
      ],
      [
        { method: 'POST', path: '/orders', body: '{"tea":"assam","grams":50}', headers: json },
        { status: 201, body: '{"tea":"assam","grams":50,"cents":400}' },
      ],
      [
        { method: 'POST', path: '/orders', body: '{"tea":"assam","grams":1,"sugar":true}', headers: json },
        { status: 400, contains: '["property sugar should not exist","grams must not be less than 50"]' },
      ],
      [
        { method: 'GET', path: '/prices/coffee/100' },
        { status: 404, contains: 'No tea called coffee' },
      ],
    ],
  },
  fastify: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Fastify\n' },
      ],
      [
        { method: 'GET', path: '/visits', headers: { cookie: 'visits=2' } },
        {
          status: 200,
          body: '{"visits":3}',
          fields: { 'set-cookie': 'visits=3; Path=/; HttpOnly; SameSite=Lax' },
        },
      ],
      [
        { method: 'POST', path: '/orders', body: '{"tea":"assam","grams":50}', headers: json },
        { status: 201, body: '{"tea":"assam","grams":50}' },
      ],
      [
        { method: 'POST', path: '/orders', body: '{"tea":"assam","grams":1}', headers: json },
        { status: 400, contains: 'body/grams must be >= 50' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, contains: 'Route GET:/nowhere not found' },
      ],
    ],
  },
  hono: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Hono\n' },
      ],
      [
        { method: 'GET', path: '/teas/gr%C3%BCn?milk=oat&milk=soy' },
        { status: 200, body: '{"name":"grün","milk":["oat","soy"]}' },
      ],
      [
        { method: 'GET', path: '/visits', headers: { cookie: 'visits=2' } },
        {
          status: 200,
          body: '{"visits":3}',
          fields: { 'set-cookie': 'visits=3; Path=/; HttpOnly; SameSite=Lax' },
        },
      ],
      [
        { method: 'POST', path: '/orders', body: '{"tea":"assam","grams":50}', headers: json },
        { status: 201, body: '{"tea":"assam","grams":50}' },
      ],
      [
        { method: 'POST', path: '/orders', body: '{"tea":"assam","grams":1}', headers: json },
        { status: 400, body: '{"error":"tea, and 50 grams at least"}' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, body: '404 Not Found' },
      ],
    ],
  },
  koa: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Koa\n', fields: { 'x-response-time': 'ms' } },
      ],
      [
        { method: 'GET', path: '/teas/assam', headers: { 'x-forwarded-for': '203.0.113.9' } },
        { status: 200, body: '{"name":"assam","ip":"127.0.0.1"}' },
      ],
      [
        { method: 'GET', path: '/teas/coffee' },
        { status: 404, body: 'That is no tea' },
      ],
      [
        { method: 'GET', path: '/visits', headers: { cookie: 'visits=2' } },
        { status: 200, body: '{"visits":3}', fields: { 'set-cookie': 'visits=3; path=/; samesite=lax; httponly' } },
      ],
      [
        { method: 'DELETE', path: '/visits' },
        { status: 405, body: 'Method Not Allowed', fields: { allow: 'HEAD, GET' } },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, body: 'Not Found' },
      ],
    ],
  },
  express: {
    prepare: npmInstall,
    calls: [
      [
        { method: 'GET', path: '/' },
        { status: 200, body: 'Hello from Express\n' },
      ],
      [
        { method: 'POST', path: '/echo', body: '{"a":"ü"}', headers: json },
        { status: 201, body: '{"a":"ü"}' },
      ],
      [
        { method: 'GET', path: '/users/tj?q=1' },
        { status: 200, body: '{"name":"tj","query":{"q":"1"}}' },
      ],
      [
        { method: 'GET', path: '/nowhere' },
        { status: 404, contains: 'Cannot GET /nowhere' },
      ],
    ],
  },
};
