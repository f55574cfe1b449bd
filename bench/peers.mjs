/** What others do with the same app, inside AWS's own runtime client; installed once from npm. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { has, succeed } from '../scripts/checks/processes.mjs';
import { cacheDir } from '../scripts/checks/project.mjs';

const packages = [
  'serverless-http@4',
  'express@5',
  '@codegenie/serverless-express@5',
  'hono@4',
  'fastify@5',
  '@fastify/aws-lambda@6',
];

/** The folder whose node_modules has them. */
export function installPeers(note) {
  return install('peers', packages, note);
}

/** The same of what deploys. */
export function installDeployers(note) {
  return install('deployers', ['osls@3', 'serverless-localstack@1'], note);
}

/**
 * AWS's Lambda Web Adapter, from its crate: a native proxy. Its file; null without cargo.
 * https://github.com/awslabs/aws-lambda-web-adapter
 */
export async function installAdapter(note) {
  const dir = cacheDir('adapter');
  const file = join(dir, 'bin', 'lambda-adapter');
  if (existsSync(file)) return file;
  if (!(await has('cargo'))) return null;
  note('building lambda_web_adapter@0.9, some minutes');
  await succeed('cargo', ['install', '--quiet', '--root', dir, '--version', '^0.9', 'lambda_web_adapter'], {
    seconds: 900,
  });
  return file;
}

async function install(name, packages, note) {
  const dir = cacheDir(name);
  if (existsSync(join(dir, 'installed'))) return dir;
  note(`installing ${packages.join(' ')}`);
  writeFileSync(join(dir, 'package.json'), '{ "private": true }');
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...packages];
  await succeed('npm', args, { cwd: dir, seconds: 300 });
  writeFileSync(join(dir, 'installed'), '');
  return dir;
}

/** Modules that export `handler`, each a whole function of its kind. */
export const handlers = {
  empty: `
    exports.handler = async () => ({ statusCode: 200, body: 'ok' });`,
  // The floor of larger bodies: what AWS's client takes for an answer that nobody has to make.
  bodies: `
    const { json, text, binary } = require('./plain.cjs');
    const answers = {
      '/json': { body: json.toString() },
      '/text': { body: text.toString() },
      '/binary': { body: binary.toString('base64'), isBase64Encoded: true },
    };
    exports.handler = async ({ rawPath }) => ({ statusCode: 200, ...answers[rawPath] });`,
  // What AWS's client takes for the first event of a stream.
  events: `
    const { event } = require('./plain.cjs');
    const { HttpResponseStream } = awslambda;
    exports.handler = awslambda.streamifyResponse(async (_event, stream) => {
      const out = HttpResponseStream.from(stream, { statusCode: 200, headers: { 'content-type': 'text/event-stream' } });
      out.write(event);
      setTimeout(() => out.end(event), 5);
      await new Promise((resolve) => out.once('finish', resolve));
    });`,
  'serverless-http': `
    const serverless = require('serverless-http');
    const { createServer } = require('node:http');
    const { handle } = require('./plain.cjs');
    exports.handler = serverless((req, res) => handle(req, res), { binary: ['application/octet-stream'] });`,
  'serverless-http-express': `
    const serverless = require('serverless-http');
    exports.handler = serverless(require('./express.cjs').app, { binary: ['application/octet-stream'] });`,
  codegenie: `
    const { configure } = require('@codegenie/serverless-express');
    exports.handler = configure({ app: require('./express.cjs').app });`,
  hono: `
    const { Hono } = require('hono');
    const { handle } = require('hono/aws-lambda');
    const { json, text } = require('./plain.cjs');
    const app = new Hono();
    app.get('/json', (c) => c.body(json, 200, { 'content-type': 'application/json; charset=utf-8' }));
    app.get('/text', (c) => c.body(text, 200, { 'content-type': 'text/plain; charset=utf-8' }));
    exports.handler = handle(app);`,
  fastify: `
    const fastify = require('fastify');
    const aws = require('@fastify/aws-lambda');
    const { json, text } = require('./plain.cjs');
    const app = fastify();
    app.get('/json', (_req, reply) => reply.type('application/json; charset=utf-8').send(json));
    app.get('/text', (_req, reply) => reply.type('text/plain; charset=utf-8').send(text));
    exports.handler = (aws.default ?? aws)(app);`,
};
