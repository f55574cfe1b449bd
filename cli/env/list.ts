/** `up env ls`: what there is. Values are never asked for, so none can be shown. */
import { placed } from '../argv/place.ts';
import { listParameters, type ParameterFacts } from '../aws/resources/parameter.ts';
import type { Context } from '../command.ts';
import { age } from '../output/format.ts';
import { openVariables, type ScopeFlags } from './scope.ts';

export async function list(context: Context, flags: ScopeFlags): Promise<void> {
  const everything = flags.stage === undefined && !flags.all;
  const { clients, app, scopes } = await openVariables(context, flags, everything ? 'every stage' : undefined);
  const found = await listParameters(clients, app, everything ? null : scopes);
  if (context.flags.json) return context.result('', { parameters: found.map(toJson) });
  if (found.length === 0) {
    const set = placed('up env set NAME', context.flags);
    return context.report.info('', `No variables yet: ${set}`);
  }
  context.result(renderTable(found, Date.now()), {});
}

function toJson({ name, kind, scope, version, modified }: ParameterFacts) {
  return { name, kind, stage: scope, version, modified: modified.toISOString() };
}

/** A version here is one of the parameter, not of the app. */
function renderTable(found: readonly ParameterFacts[], now: number): string {
  const rows = found.map(({ name, kind, scope, version, modified }) => [
    name,
    kind,
    scope,
    String(version),
    age(now - modified.getTime()),
  ]);
  const table = [['NAME', 'KIND', 'STAGE', 'VERSION', 'AGE'], ...rows];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
