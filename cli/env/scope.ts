/** Which variables a command of `up env` is about: those of one stage, or those that all stages have. */
import { everyStage, type Kind, type Scope, scopesOf } from '../aws/resources/parameter.ts';
import type { Context } from '../command.ts';
import { UpError } from '../errors.ts';
import { openTarget, type Target } from '../target.ts';

export interface ScopeFlags {
  readonly stage: string | undefined;
  readonly all: boolean;
}

export interface ChangeFlags extends ScopeFlags {
  readonly kind: Kind;
  /** Make it live at once. */
  readonly apply: boolean;
}

export interface Opened extends Target {
  /** Where it writes. */
  readonly scope: Scope;
  /** Where it reads: the later win. */
  readonly scopes: readonly Scope[];
  /** For people: `staging`, `all stages`. */
  readonly shown: string;
}

const defaultStage = 'staging';

/** `called` is how it is called on the screen, when its own name does not say it. */
export async function openVariables(context: Context, { stage, all }: ScopeFlags, called?: string): Promise<Opened> {
  if (all && stage !== undefined) throw new UpError('UP_USAGE', '--all is every stage: leave out -s');
  if (stage === 'development') throw isLocal();
  const shown = called ?? (all ? 'all stages' : (stage ?? defaultStage));
  const target = await openTarget(context, stage ?? defaultStage, shown);
  const scopes = all ? [everyStage] : scopesOf(target.stage);
  return { ...target, scopes, scope: scopes.at(-1) ?? everyStage, shown };
}

function isLocal(): UpError {
  return new UpError('UP_STAGE_LOCAL', '"development" is this machine: `up start` reads .env', {
    hint: 'put the variable into .env, or under "environment" of up.json',
  });
}

/** The flag that means this scope, for commands that are suggested. */
export function scopeFlag({ scope, shown }: Pick<Opened, 'scope' | 'shown'>): string {
  if (scope === everyStage) return ' --all';
  return shown === defaultStage ? '' : ` -s ${shown}`;
}
