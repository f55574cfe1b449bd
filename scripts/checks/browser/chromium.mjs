/** Chromium, headless: found on this machine or installed by its package manager, started with a profile of its own. */
import { getuid } from 'node:process';
import { Skip } from '../check.mjs';
import { cleanEnvironment, has, run, start } from '../processes.mjs';
import { temporaryDir } from '../project.mjs';
import { connect } from './devtools.mjs';

const programs = ['chromium', 'chromium-browser', 'google-chrome'];

/** It skips the check where there is none and none can be had. */
export async function startChromium(check) {
  const program = (await found()) ?? (await installed(check));
  if (!program) throw new Skip('chromium');
  const home = temporaryDir(check);
  const browser = start(program, flags(home), { env: { ...cleanEnvironment(), HOME: home }, pipes: 2 });
  const devtools = connect(browser.child);
  check.onEnd(async () => {
    if (browser.child.exitCode === null) await devtools.send('Browser.close').catch(() => {});
    await browser.exited;
  });
  const { product } = await devtools.send('Browser.getVersion');
  check.note(product);
  return { ...devtools, pid: browser.pid, exited: browser.exited };
}

async function found() {
  for (const program of programs) if (await has(program)) return program;
  return undefined;
}

async function installed(check) {
  if (getuid?.() !== 0 || !(await has('apt-get'))) return undefined;
  check.note('installing chromium');
  const install = 'apt-get update -qq && apt-get install -qq -y --no-install-recommends chromium';
  const { code } = await run('sh', ['-c', install], { seconds: 180 });
  return code === 0 ? found() : undefined;
}

function flags(home) {
  return [
    '--headless=new',
    '--remote-debugging-pipe',
    `--user-data-dir=${home}`,
    '--no-first-run',
    '--no-proxy-server',
    '--disable-background-networking',
    '--disable-breakpad',
    '--disable-component-update',
    // Containers have little shared memory, and no user namespaces for its sandbox.
    '--disable-dev-shm-usage',
    ...(getuid?.() === 0 ? ['--no-sandbox'] : []),
    'about:blank',
  ];
}
