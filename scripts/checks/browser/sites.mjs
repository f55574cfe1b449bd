/** The examples `spa` and `rendered`, each knowing the origin of the other, in both ways to run them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '../check.mjs';
import { eventually, freePort } from '../processes.mjs';
import { copyExample, npmInstall, root, startUp, upResult } from '../project.mjs';

export async function startSites(check) {
  const dirs = await copies(check);
  const origins = { spa: await freeOrigin(), rendered: await freeOrigin() };
  for (const [name, dir] of Object.entries(dirs)) {
    writeOrigins(dir, name, origins);
    startUp(check, ['start', '--port', new URL(origins[name]).port, '-C', dir]);
  }
  for (const origin of Object.values(origins)) await eventually(origin, () => answers(origin), 20);
  return { dirs, origins };
}

/** The origins are known after the first deploy, so one of them is told in a second. */
export async function deploySites(check, platform) {
  const dirs = await copies(check);
  const deploy = async (name) => new URL(await upResult(['--local', '-C', dirs[name]], platform)).origin;
  const rendered = await deploy('rendered');
  writeOrigins(dirs.spa, 'spa', { rendered });
  const origins = { spa: await deploy('spa'), rendered };
  writeOrigins(dirs.rendered, 'rendered', origins);
  expect(await deploy('rendered'), rendered, 'the URL after a second deploy');
  return { dirs, origins };
}

async function copies(check) {
  const dirs = { spa: copyExample(check, 'spa'), rendered: copyExample(check, 'rendered') };
  await npmInstall(dirs.rendered);
  return dirs;
}

function writeOrigins(dir, name, { spa, rendered }) {
  const text = readFileSync(join(root, 'examples', name, 'up.json'), 'utf8')
    .replaceAll('http://localhost:3000', spa)
    .replaceAll('http://localhost:3001', rendered);
  writeFileSync(join(dir, 'up.json'), text);
}

async function freeOrigin() {
  return `http://localhost:${await freePort()}`;
}

async function answers(origin) {
  return fetch(origin).then(
    (res) => res.status < 500,
    () => false,
  );
}

/** The same site under its other name, which is another origin that nobody has let in. */
export function strangerOf(origin) {
  const url = new URL(origin);
  url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  return url.origin;
}
