/** A terminal of its own in tmux: typed into, and read as it is shown. Installed from Debian where it is missing. */
import { randomUUID } from 'node:crypto';
import { Skip } from './check.mjs';
import { cleanEnvironment, eventually, has, run, succeed } from './processes.mjs';

export async function requireTmux() {
  if (await has('tmux')) return;
  if (process.getuid?.() === 0 && (await has('apt-get'))) await run('apt-get', ['install', '-qqy', 'tmux']);
  if (!(await has('tmux'))) throw new Skip('tmux');
}

/**
 * Opens a window of 80 by 50 with a shell in `cwd`: `type(line)` types it and Enter, `press(key)` one key, `screen()` is
 * what it shows, with what has scrolled off it, `shows(pattern, seconds)` waits for that, `window()` opens another one.
 */
export async function openTerminal({ cwd, env = {}, onEnd }) {
  const socket = `up-check-${randomUUID()}`;
  const tmux = (...args) => succeed('tmux', ['-L', socket, '-f', '/dev/null', ...args], { env: environment(env) });
  onEnd(() => tmux('kill-server').catch(() => {}));
  await tmux('new-session', '-d', '-x', '80', '-y', '50', '-c', cwd, 'sh');
  return windowOf(tmux, cwd, 0);
}

function windowOf(tmux, cwd, index) {
  const target = `:${index}`;
  const screen = (...how) => tmux('capture-pane', '-p', '-S', '-', '-t', target, ...how);
  return {
    screen,
    press: (key) => tmux('send-keys', '-t', target, key),
    async type(line) {
      await tmux('send-keys', '-t', target, '-l', line);
      await tmux('send-keys', '-t', target, 'Enter');
    },
    async shows(pattern, seconds) {
      const found = eventually(`${pattern} on the screen`, async () => pattern.exec(await screen()), seconds);
      return found.catch(async (error) => {
        throw new Error(`${error.message}\n${(await screen()).trimEnd()}`);
      });
    },
    async window() {
      await tmux('new-window', '-d', '-t', `:${index + 1}`, '-c', cwd, 'sh');
      return windowOf(tmux, cwd, index + 1);
    },
  };
}

/** A prompt that nobody's profile has changed. */
function environment(env) {
  const { TMUX: _, ENV: __, CI: ___, ...own } = cleanEnvironment();
  return { ...own, PS1: '$ ', LANG: 'C.UTF-8', ...env };
}
