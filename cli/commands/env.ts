/** `up env`: the variables of an app that are not for up.json, in parameters of AWS, per stage or for all of them. */
import type { Args, Command, Context } from '../command.ts';
import { UpError } from '../errors.ts';

const actions = ['ls', 'set', 'get', 'rm', 'pull', 'push', 'apply'] as const;
type Action = (typeof actions)[number];

export const env: Command = {
  usage: 'env [action] [words..]',
  summary: 'variables and secrets: up help env',
  mayHoldSecrets: true,
  examples: [
    ['up env', 'what there is, without the values'],
    ['up env set STRIPE_KEY -s production', 'asks for the value, or reads a pipe'],
    ['up env set LOG_LEVEL=debug --plain --apply', 'and make it live now'],
    ['up env set SENTRY_DSN --all', 'for every stage that has none of its own'],
    ['up env push .env', 'every variable of a file'],
    ['up env apply', 'make live what was set, without a build'],
  ],
  options: (argv) =>
    argv
      .positional('action', { choices: actions, default: 'ls' as const, describe: 'what to do' })
      .positional('words', { type: 'string', array: true, default: [], describe: 'NAME=value, NAME or FILE' })
      .option('stage', { alias: 's', type: 'string', describe: 'stage (default: staging; of ls: every stage)' })
      .option('all', { type: 'boolean', default: false, describe: 'for all stages' })
      .option('secret', { type: 'boolean', describe: 'encrypted, never shown (default)', conflicts: 'plain' })
      .option('plain', { type: 'boolean', describe: 'not a secret' })
      .option('apply', { type: 'boolean', default: false, describe: 'make it live now, as a new version' })
      .option('force', { alias: 'f', type: 'boolean', default: false, describe: 'overwrite the file (pull)' }),
  async run(context, args) {
    await runners[args.action as Action](context, args);
  },
};

const runners: Readonly<Record<Action, (context: Context, args: Args) => Promise<void>>> = {
  ls: async (context, args) => {
    requireNoWords('ls', args);
    await (await import('../env/list.ts')).list(context, scopeFlags(args));
  },
  set: async (context, args) => (await import('../env/set.ts')).set(context, changeFlags(args), words(args)),
  push: async (context, args) => (await import('../env/set.ts')).push(context, changeFlags(args), words(args)),
  get: async (context, args) => (await import('../env/get.ts')).get(context, scopeFlags(args), words(args)),
  rm: async (context, args) => (await import('../env/remove.ts')).remove(context, changeFlags(args), words(args)),
  pull: async (context, args) =>
    (await import('../env/pull.ts')).pull(context, { ...scopeFlags(args), force: args.force === true }, words(args)),
  apply: async (context, args) => {
    requireNoWords('apply', args);
    await (await import('../env/apply.ts')).apply(context, scopeFlags(args));
  },
};

/** `up env apply production` would be of staging. The word is not repeated: it may be a value. */
function requireNoWords(action: Action, args: Args): void {
  if (words(args).length === 0) return;
  const hint = `up env ${action} -s STAGE`;
  throw new UpError('UP_USAGE', `up env ${action} takes no word: the stage is given with -s`, { hint });
}

function words(args: Args): string[] {
  return (args.words as string[]).map(String);
}

function scopeFlags(args: Args) {
  return { stage: args.stage === undefined ? undefined : String(args.stage), all: args.all === true };
}

function changeFlags(args: Args) {
  const kind = args.plain === true ? ('plain' as const) : ('secret' as const);
  return { ...scopeFlags(args), kind, apply: args.apply === true };
}
