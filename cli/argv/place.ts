/**
 * The flags that say where a command works: its account, region and folder. A proposed command gets the same flags, or
 * it would look elsewhere: `up releases` knows nothing of what `up --local` has deployed.
 */
import type { GlobalFlags } from '../command.ts';
import type { UpError } from '../errors.ts';
import { quote } from './shell.ts';

export type Place = Pick<GlobalFlags, 'chdir' | 'local' | 'region' | 'profile'>;

/** These look at the folder alone. */
const withoutAws: ReadonlySet<string | undefined> = new Set(['init', 'start', 'build', 'config', 'local']);
const withoutPlace: ReadonlySet<string | undefined> = new Set(['help', 'version', 'hash-password', '--help']);

/** What brings the packages of the app, in whose folder it has to run. */
const installs = /^(?:npm|pnpm|yarn|bun) (?:install|add)\b/;

/** `up logs` -> `up logs --local`. What is no command of ours stays as it is. */
export function placed(command: string, place: Place): string {
  const words = command.split(' ');
  if (installs.test(command) && place.chdir !== '.') return `cd ${quote(place.chdir)} && ${command}`;
  if (words[0] !== 'up' || withoutPlace.has(words[1]) || words.includes('--help')) return command;
  const flags = flagsOf(place).filter(
    ([flag]) => !words.includes(flag) && (flag === '-C' || !withoutAws.has(words[1])),
  );
  return [command, ...flags.flatMap(([flag, value]) => (value === undefined ? [flag] : [flag, quote(value)]))].join(
    ' ',
  );
}

function flagsOf({ chdir, local, region, profile }: Place): (readonly [flag: string, value: string | undefined])[] {
  return [
    ...(chdir === '.' ? [] : [['-C', chdir] as const]),
    ...(local ? [['--local', undefined] as const] : []),
    ...(region === undefined ? [] : [['--region', region] as const]),
    ...(profile === undefined ? [] : [['--profile', profile] as const]),
  ];
}

/** In whatever order a command has its flags, it is one. */
export function withoutRepeats(commands: readonly string[]): string[] {
  const keys = commands.map((command) => command.split(' ').toSorted().join(' '));
  return commands.filter((_, at) => keys.indexOf(keys[at] as string) === at);
}

/** Nothing but a command, as most hints are. */
const isCommand = /^(?:up|npm|pnpm|yarn|bun)(?: [\w./:=%-]+)*$/;

/** The error with commands that work where the failed one did. */
export function placedError(error: UpError, place: Place): UpError {
  const next = withoutRepeats(error.next.map((command) => placed(command, place)));
  return error.with({ hint: placedHint(error, place), next });
}

/**
 * A hint may begin with a command that is in `next`, and go on in words: `up staging, without --canary`; or end with one:
 * `add it to up.json, then: up staging`.
 */
export function placedHint({ hint, next }: Pick<UpError, 'hint' | 'next'>, place: Place): string {
  if (isCommand.test(hint)) return placed(hint, place);
  const first = next.find((one) => hint.startsWith(`${one},`));
  if (first !== undefined) return placed(first, place) + hint.slice(first.length);
  const last = next.find((one) => hint.endsWith(`: ${one}`));
  return last === undefined ? hint : hint.slice(0, -last.length) + placed(last, place);
}
