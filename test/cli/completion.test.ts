/** `up completion`: what a shell offers, asked of the shells themselves where they are. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { renderCompletion } from '../../cli/completion/scripts.ts';
import { type Shell, shells } from '../../cli/completion/shells.ts';
import { globalFlags, helpWords, wordsOf } from '../../cli/completion/words.ts';
import { commands } from '../../cli/table.ts';

const scripts = Object.fromEntries(
  shells.map((shell) => [shell, renderCompletion(shell, [...wordsOf(commands), helpWords(commands)], globalFlags())]),
) as Record<Shell, string>;

/** What bash offers for the last of these words. */
function offeredByBash(...typed: string[]): string[] {
  const words = typed.map((word) => `'${word}'`).join(' ');
  const ask = `COMP_WORDS=(${words}); COMP_CWORD=${typed.length - 1}; COMPREPLY=(); _up; echo "\${COMPREPLY[*]}"`;
  return execFileSync('bash', ['-c', `${scripts.bash}\n${ask}`], { encoding: 'utf8' })
    .trim()
    .split(' ');
}

function has(shell: Shell): boolean {
  try {
    execFileSync(shell, ['-c', 'true']);
    return true;
  } catch {
    return false;
  }
}

test.each([
  [['up', 'ro'], ['rollback']],
  [
    ['up', 'pr'],
    ['promote', 'prune', 'production'],
  ],
  [
    ['up', 'local', 'st'],
    ['stop', 'status'],
  ],
  [['up', 'start', '--lam'], ['--lambda']],
  [
    ['up', 'start', '--no'],
    ['--no-watch', '--no-color'],
  ],
  [['up', '--local', 'logs', '--js'], ['--json']],
  [['up', '-C', '/us'], ['/usr']],
  // What stands behind a flag is no command.
  [['up', '-C', 'url', 'ro'], ['rollback']],
  [['up', 'logs', '-s', 'p'], ['production']],
  [['up', 'logs', '--stage', '=', 'st'], ['staging']],
  [['up', 'url', 'p'], ['production']],
  [['up', 'deploy', 'st'], ['staging']],
  [['up', 'promote', 'staging', 'pr'], ['production']],
  [['up', 'stack', 'plan', 'pro'], ['production']],
  [['up', 'doctor', 'st'], ['']],
  [['up', 'completion', 'f'], ['fish']],
  [['up', 'he'], ['help']],
  [['up', 'help', 'do'], ['domains', 'doctor'].toSorted().toReversed()],
  [
    ['up', '--ver'],
    ['--version', '--verbose'],
  ],
  [['up', 'logs', '--he'], ['--help']],
  [['up', 'logs', '--vers'], ['']],
  [['up', 'url', '--no-c'], ['--no-color']],
  [['up', 'start', '-s', 'd'], ['development']],
  [['up', 'url', '-s', 'd'], ['']],
])('bash offers after %j', (typed, offered) => {
  expect(offeredByBash(...typed)).toEqual(offered);
});

test.runIf(has('fish'))('fish offers commands with what they do', () => {
  const offered = execFileSync('fish', ['-c', `${scripts.fish}\ncomplete -C 'up rollb'`], { encoding: 'utf8' });
  expect(offered).toBe('rollback\tpoint a stage at an earlier release\n');
});

test.runIf(has('zsh'))('zsh can read its script', () => {
  expect(execFileSync('zsh', ['-n'], { input: scripts.zsh, encoding: 'utf8' })).toBe('');
});

test('zsh offers stages where one can stand, and nowhere else', () => {
  const lineOf = (name: string) => scripts.zsh.split('\n').find((line) => line.startsWith(`    ${name}) `)) ?? '';
  expect(lineOf('promote')).toMatch(/'1: :\(staging production\)' '2: :\(staging production\)' ;;$/);
  expect(lineOf('stack')).toMatch(/'1: :\(plan apply status delete\)' '2: :\(staging production\)' ;;$/);
  expect(lineOf('doctor')).toMatch(/'-h\[details and examples\]' ;;$/);
});

test.each(shells)('the script of %s has every command', (shell) => {
  for (const { name } of wordsOf(commands)) expect(scripts[shell]).toContain(name);
});

test('every flag of every command is there, its value apart', () => {
  const start = wordsOf(commands).find(({ name }) => name === 'start');
  expect(start?.flags.map(({ names }) => names.join(' '))).toEqual(expect.arrayContaining(['--port', '--stage -s']));
  const byName = new Map(globalFlags().map((flag) => [flag.names[0], flag.takesValue]));
  expect([byName.get('--region'), byName.get('--json')]).toEqual([true, false]);
});
