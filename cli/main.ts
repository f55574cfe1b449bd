#!/usr/bin/env node
/** The program: it finds the command, and is the one place that prints errors and sets the exit code. */
import { isSlip } from '../config/nearest.ts';
import { commandAgain } from './argv/again.ts';
import { type Asked, askedFor } from './argv/asks.ts';
import {
  readLiterals,
  requireGiven,
  requireOneStage,
  requireSwitches,
  requireValues,
  withLiterals,
} from './argv/checks.ts';
import { globalOptions } from './argv/global-options.ts';
import { type Place, placedError } from './argv/place.ts';
import type { GlobalFlags } from './command.ts';
import { readVersion } from './commands/version.ts';
import { keepCompiled } from './compile-cache.ts';
import { globalFlags, wordsOf } from './completion/words.ts';
import { UpError } from './errors.ts';
import { commandOf, helpJson, nameOf, renderHelp } from './help/help.ts';
import { type Io, processIo, wantsColor } from './io.ts';
import { errorJson, renderError } from './output/report-error.ts';
import { createStyle, isUnicode } from './output/style.ts';
import { createSecrets, hideInError, type Secrets } from './secrets.ts';
import { handleSignals, type Signals } from './signals.ts';
import { commands, groups } from './table.ts';
import { toUpError } from './to-up-error.ts';

async function main(io: Io, words: readonly string[]): Promise<number> {
  const signals = handleSignals((signal, stands) => {
    if (signal === 'SIGINT') io.stderr.write(`${cleared(io)}Interrupted. ${stands}${goOn(words)}\n`);
  });
  outliveReaders(signals);
  const secrets = createSecrets();
  let place: Place | undefined;
  try {
    await dispatch(io, words, signals, secrets, (flags) => {
      place = flags;
    });
    return 0;
  } catch (error) {
    const thrown = toUpError(error);
    const [{ inTyped }, { inTypedAgain }] = await Promise.all([
      import('./argv/mistyped.ts'),
      import('./argv/again-with-flag.ts'),
    ]);
    const shown = inTyped(inTypedAgain(place ? placedError(thrown, place) : thrown, words), words, commands);
    const code = fail(io, words, shown, secrets);
    // Handles that the failed command left open would keep the program alive.
    if (!signals.hasEnding()) await exit(io, code);
    return code;
  }
}

async function dispatch(
  io: Io,
  words: readonly string[],
  signals: Signals,
  secrets: Secrets,
  onPlace: (place: Place) => void,
): Promise<void> {
  const asked = askedFor(words);
  if (asked !== null) return await answer(io, asked, words.includes('--json'));
  keepCompiled(io.env);
  // Read first: yargs asks for it too, while it loads.
  const { cwd } = io;
  const { default: yargs } = await import('yargs');
  const named = commandOf(words, commands);
  const flags = [...globalFlags(), ...wordsOf(named ? [named] : []).flatMap((one) => one.flags)];
  requireValues(words, flags);
  requireSwitches(words, flags);
  const parser = globalOptions(yargs([], cwd), named?.mayHoldSecrets === true);
  for (const command of commands) {
    parser.command(
      [...(typeof command.usage === 'string' ? [command.usage] : command.usage)],
      command.summary,
      (argv) => command.options(argv),
      async (read) => {
        const args = readLiterals(read);
        const flags = args as unknown as GlobalFlags;
        requireGiven(args);
        requireOneStage(words, args.stage);
        onPlace(flags);
        requireKnownStage(args.stage, read._);
        // It brings what reads up.json, which takes longer to load than help and version take in all.
        const { createContext } = await import('./context.ts');
        await command.run(createContext(io, flags, signals, secrets), args);
      },
    );
  }
  let asksForHelp = false;
  await parser.parseAsync([...withLiterals(words)], {}, (_error, _argv, output) => {
    asksForHelp = output !== '';
  });
  if (asksForHelp) await answer(io, { helpWith: words }, words.includes('--json'));
}

async function answer(io: Io, asked: Asked, asJson: boolean): Promise<void> {
  const write = (text: string, json: object) => void io.stdout.write(asJson ? `${JSON.stringify(json)}\n` : text);
  if (asked === 'version') return write(`${readVersion()}\n`, { version: readVersion() });
  if (asked === 'help') return write(renderHelp(groups), helpJson(groups));
  const { helpWith } = asked;
  const { commandHelpJson, renderCommandHelp, requirePage } = await import('./help/command-help.ts');
  if (helpWith[0] === 'help') requirePage(helpWith.slice(1), commands);
  const command = commandOf(helpWith, commands);
  if (command) write(renderCommandHelp(command, io.stdoutIsTty ? io.columns : 80), commandHelpJson(command));
}

/** `up lgos` is a command misspelt before it is a stage nobody has heard of. */
function requireKnownStage(stage: unknown, words: readonly unknown[]): void {
  if (typeof stage !== 'string' || words.length > 0) return;
  const near = commands.map(nameOf).find((name) => isSlip(name, stage));
  if (near)
    throw new UpError('UP_USAGE', `"${stage}" is neither a command nor a stage`, {
      hint: `did you mean "up ${near}"?`,
    });
}

/** The line of a spinner, and of the `^C` behind it. */
function cleared({ env, stderrIsTty }: Io): string {
  return stderrIsTty && env.TERM !== 'dumb' ? '\r\u001b[K' : '\n';
}

/** Keeps running when a reader of its output ends first. */
function outliveReaders({ quit }: Signals): void {
  // It has seen enough of the result, as `| head` does: no error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return quit();
    const failed = new UpError('UP_FILE_SYSTEM', `stdout cannot be written: ${error.message}`);
    process.stderr.write(renderError(failed, createStyle({ color: false, unicode: isUnicode(process.env) }), 80));
    process.exit(failed.exit);
  });
  // Nobody may be reading progress; the work goes on all the same.
  process.stderr.on('error', () => {});
}

function goOn(words: readonly string[]): string {
  const again = commandAgain(words);
  return again === null ? ' Run it again to go on.' : ` To go on: ${again}`;
}

function fail(io: Io, words: readonly string[], thrown: UpError, secrets: Secrets): number {
  const error = hideInError(thrown, secrets);
  const asJson = words.includes('--json');
  const color = wantsColor(io.env, io.stderrIsTty, colorFlag(words));
  const style = createStyle({ color, unicode: isUnicode(io.env) });
  const again = (error.again && commandAgain(words)) || undefined;
  io.stderr.write(asJson ? errorJson(error, again) : renderError(error, style, io.columns, again));
  const detailed = words.includes('-v') || words.includes('--verbose');
  if (detailed && error.cause instanceof Error) io.stderr.write(`\n${secrets.hide(error.cause.stack ?? '')}\n`);
  return error.exit;
}

/** Read by hand: what failed may be the reading of flags. */
function colorFlag(words: readonly string[]): boolean | undefined {
  if (words.includes('--no-color')) return false;
  return words.includes('--color') ? true : undefined;
}

async function exit(io: Io, code: number): Promise<never> {
  await Promise.all([io.stdout, io.stderr].map((stream) => new Promise((resolve) => stream.write('', resolve))));
  process.exit(code);
}

const words = process.argv.slice(2);
process.exitCode = await main(processIo(words), words);
