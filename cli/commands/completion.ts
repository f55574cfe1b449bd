/** `up completion <shell>`: the script that makes a shell complete commands and flags. */
import type { Command } from '../command.ts';
import { type Shell, shells } from '../completion/shells.ts';

export const completion: Command = {
  usage: 'completion <shell>',
  summary: 'complete commands and flags in a shell',
  examples: [
    ['source <(up completion bash)', 'in ~/.bashrc; for zsh the same in ~/.zshrc'],
    ['up completion fish | source', 'in ~/.config/fish/config.fish'],
  ],
  options: (argv) => argv.positional('shell', { choices: shells, demandOption: true, describe: 'the shell' }),
  async run(context, args) {
    const [{ renderCompletion }, { globalFlags, helpWords, wordsOf }, { commands }] = await Promise.all([
      import('../completion/scripts.ts'),
      import('../completion/words.ts'),
      import('../table.ts'),
    ]);
    const shell = args.shell as Shell;
    const script = renderCompletion(shell, [...wordsOf(commands), helpWords(commands)], globalFlags());
    context.result(script.trimEnd(), { shell, script });
  },
};
