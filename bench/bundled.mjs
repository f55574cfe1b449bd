/** An app of some 5 MB in one file, as bundlers make them: the plain one behind all of AWS's clients that this project has. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../scripts/checks/project.mjs';

/** Writes it to `file`. */
export async function makeBundle(file) {
  const clients = readdirSync(join(root, 'node_modules', '@aws-sdk')).filter((name) => name.startsWith('client-'));
  const contents = `
    globalThis.loaded = [${[...clients.map((name) => `@aws-sdk/${name}`), 'zod'].map((name) => `require('${name}')`)}];
    const { handle } = require('./bench/apps/plain.cjs');
    require('node:http').createServer(handle).listen(process.env.PORT, '127.0.0.1');`;
  await build({
    stdin: { contents, resolveDir: root },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: file,
    logLevel: 'error',
  });
}
