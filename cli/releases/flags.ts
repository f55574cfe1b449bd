/** The flags by which a release gets its traffic: `--canary 10%`, `--watch 2m`. */
import type { Argv } from 'yargs';
import type { Args } from '../command.ts';
import { UpError } from '../errors.ts';
import { parseDuration } from '../logs/duration.ts';
import type { Watch } from './watch.ts';

const longestWatchMs = 3_600_000;

export function watchOptions(argv: Argv): Argv {
  return argv
    .option('watch', { type: 'string', describe: 'roll back if it fails within this time: 2m' })
    .option('max-errors', { type: 'string', describe: 'with --watch: more than this fails, 5% by default' })
    .option('min-requests', { type: 'number', describe: 'with --watch: fewer decide nothing, 20 by default' });
}

/** Undefined without `--watch`. Throws UP_USAGE. */
export function readWatch(args: Args): Watch | undefined {
  if (args.watch === undefined) return refuseBounds(args);
  const milliseconds = parseDuration(String(args.watch));
  if (milliseconds === null || milliseconds <= 0 || milliseconds > longestWatchMs)
    throw new UpError('UP_USAGE', `--watch takes a duration up to 1h such as 2m, not "${args.watch}"`);
  const requests = Number(args['min-requests'] ?? 20);
  if (!Number.isInteger(requests) || requests < 1)
    throw new UpError('UP_USAGE', '--min-requests takes a whole number from 1');
  return {
    milliseconds,
    bound: { share: readShare('max-errors', args['max-errors'] ?? '5%', { zero: true }), requests },
  };
}

/** Somebody who gives a bound believes that the release is watched. */
function refuseBounds(args: Args): undefined {
  const bound = ['max-errors', 'min-requests'].find((flag) => args[flag] !== undefined);
  if (bound === undefined) return undefined;
  throw new UpError('UP_USAGE', `--${bound} needs --watch, which says for how long`, { hint: 'add --watch 2m' });
}

/** `10%` -> 0.1; 1 without the flag. Throws UP_USAGE. */
export function readCanary(args: Args): number {
  return args.canary === undefined ? 1 : readShare('canary', args.canary, { zero: false });
}

function readShare(flag: string, value: unknown, { zero }: { readonly zero: boolean }): number {
  const number = /^(\d+(?:\.\d+)?) ?%$/.exec(String(value))?.[1];
  const share = Number(number) / 100;
  if (share < 1 && (share > 0 || (zero && share === 0))) return share;
  throw new UpError('UP_USAGE', `--${flag} takes a share below 100% such as ${zero ? '5%' : '10%'}, not "${value}"`);
}
