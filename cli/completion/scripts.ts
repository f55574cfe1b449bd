/** Completion for the shells, as scripts that hold all words: nothing is started while somebody types. */
import type { Shell } from './shells.ts';
import { type CommandWords, type Flag, type Positional, stages, valuesAt, valuesFor } from './words.ts';

export function renderCompletion(shell: Shell, commands: readonly CommandWords[], shared: readonly Flag[]): string {
  if (shell === 'fish') return fish(commands, shared);
  return shell === 'zsh' ? zsh(commands, shared) : bash(commands, shared);
}

/** Where no command stands. */
const versionFlag: Flag = {
  names: ['--version', '-V'],
  describe: 'the version',
  takesValue: false,
  choices: [],
  fallback: '',
};

function bash(commands: readonly CommandWords[], shared: readonly Flag[]): string {
  const cases = commands.map(
    ({ name, flags, words }) => `    ${name}) words='${[...words, ...namesOf(flags)].join(' ')}' ;;`,
  );
  const all = [...commands.flatMap(({ flags }) => flags), ...shared];
  return `# bash: source <(up completion bash)
_up() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} command='' words='' i
  # bash takes the "=" of --stage=production for a word of its own
  if [[ $word == '=' ]]; then word=''
  elif [[ $before == '=' ]]; then before=\${COMP_WORDS[COMP_CWORD-2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case \${COMP_WORDS[i]} in
      ${valued(all)}) ((i++)) ;;
      -*) ;;
      *) command=\${COMP_WORDS[i]}; break ;;
    esac
  done
  case $command/$before in
    */-C|*/--chdir) COMPREPLY=($(compgen -d -- "$word")); return ;;
${valuesOf(commands)
  .map(([places, values]) => `    ${places.join('|')}) COMPREPLY=($(compgen -W '${values}' -- "$word")); return ;;`)
  .join('\n')}
  esac
  case $command in
    '') words='${[...commands.map(({ name }) => name), ...stages, ...versionFlag.names].join(' ')}' ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words ${namesOf(shared).join(' ')}" -- "$word"))
}
complete -o default -F _up up
`;
}

function zsh(commands: readonly CommandWords[], shared: readonly Flag[]): string {
  const cases = commands.map(({ name, flags, positionals }) => {
    const specs = [...flags, ...shared].flatMap(zshSpecs);
    return `    ${name}) _arguments ${[...specs, ...positionals.map(zshPlace)].join(' ')} ;;`;
  });
  return `#compdef up
# zsh: source <(up completion zsh)
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
_up() {
  local -a commands
  commands=(
${commands.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`).join('\n')}
  )
  local -i at=2
  while (( at < CURRENT )); do
    case $words[at] in
      ${valued(shared)}) (( at += 2 )) ;;
      -*) (( at++ )) ;;
      *) break ;;
    esac
  done
  if (( at >= CURRENT )); then
    if [[ $PREFIX == -* || at -gt CURRENT ]]; then
      _arguments ${[...shared, versionFlag].flatMap(zshSpecs).join(' ')}
    else
      _describe command commands
      compadd ${stages.join(' ')}
    fi
    return
  fi
  local command=$words[at]
  shift $((at - 1)) words
  (( CURRENT -= at - 1 ))
  case $command in
${cases.join('\n')}
    *) _arguments ${shared.flatMap(zshSpecs).join(' ')} ;;
  esac
}
compdef _up up
`;
}

/** https://zsh.sourceforge.io/Doc/Release/Completion-System.html: brackets and colons are syntax of a description. */
function zshSpecs(flag: Flag): string[] {
  const { names, describe, takesValue } = flag;
  const choices = valuesFor(flag);
  const about = quoted(describe).replace(/[[\]:\\]/g, '\\$&');
  const value = takesValue ? `: :${choices.length > 0 ? `(${choices.join(' ')})` : '_files'}` : '';
  return names.map((name) => `'${name}[${about}]${value}'`);
}

function zshPlace(positional: Positional, index: number): string {
  const values = valuesAt(positional);
  return `'${index + 1}: :${values.length > 0 ? `(${values.join(' ')})` : '_files'}'`;
}

function fish(commands: readonly CommandWords[], shared: readonly Flag[]): string {
  const names = commands.map(({ name }) => name).join(' ');
  const first = commands.map(
    ({ name, summary }) =>
      `complete -c up -f -n "not __fish_seen_subcommand_from ${names}" -a ${name} -d '${quoted(summary)}'`,
  );
  const stage = `complete -c up -f -n "not __fish_seen_subcommand_from ${names}" -a '${stages.join(' ')}' -d stage`;
  const version = `complete -c up -n "not __fish_seen_subcommand_from ${names}" ${fishFlag(versionFlag)}`;
  const after = commands.flatMap(({ name, flags, words }) => [
    ...flags.map((flag) => `complete -c up -n '__fish_seen_subcommand_from ${name}' ${fishFlag(flag)}`),
    ...(words.length > 0 ? [`complete -c up -f -n '__fish_seen_subcommand_from ${name}' -a '${words.join(' ')}'`] : []),
  ]);
  return `# fish: up completion fish | source
${[...first, stage, version, ...after, ...shared.map((flag) => `complete -c up ${fishFlag(flag)}`)].join('\n')}
`;
}

function fishFlag(flag: Flag): string {
  const { names, describe, takesValue } = flag;
  const choices = valuesFor(flag);
  const parts = names.map((name) => (name.startsWith('--') ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`));
  const value = takesValue ? ` -r${choices.length > 0 ? ` -f -a '${choices.join(' ')}'` : ''}` : '';
  return `${parts.join(' ')}${value} -d '${quoted(describe)}'`;
}

/** The flags that take the next word for their value, as a pattern of `case`. */
function valued(flags: readonly Flag[]): string {
  return [...new Set(namesOf(flags.filter(({ takesValue }) => takesValue)))].join('|');
}

function namesOf(flags: readonly Flag[]): string[] {
  return flags.flatMap(({ names }) => names);
}

/** `command/flag`, of all flags that have the same values; a deploy needs no command. */
function valuesOf(commands: readonly CommandWords[]): [places: readonly string[], values: string][] {
  const byValues = new Map<string, string[]>();
  for (const { name, flags } of commands) {
    for (const flag of flags) {
      const values = valuesFor(flag).join(' ');
      const places = flag.names.flatMap((one) => [`${name}/${one}`, ...(name === 'deploy' ? [`/${one}`] : [])]);
      if (values !== '') byValues.set(values, [...(byValues.get(values) ?? []), ...places]);
    }
  }
  return [...byValues].map(([values, places]) => [places, values]);
}

/** For single quotes, which all three shells have; a quote would end them. */
function quoted(text: string): string {
  return text.replaceAll("'", '’');
}
