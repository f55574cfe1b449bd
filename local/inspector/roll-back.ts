/** What the inspector's button does: a stage goes to another version, as `up rollback` would send it there. */
import { randomUUID } from 'node:crypto';
import { isRecord } from '../../http/json.ts';
import type { State } from '../model.ts';

/** Moves the alias that a body `{app, stage, version}` names; the reason when it cannot be, null when it is done. */
export function rollBack(state: State, body: Uint8Array): string | null {
  const { app, stage, version } = parse(body);
  if (typeof app !== 'string' || typeof stage !== 'string' || typeof version !== 'string')
    return 'app, stage and version have to be named';
  const fn = Object.hasOwn(state.functions, app) ? state.functions[app] : undefined;
  const alias = fn && Object.hasOwn(fn.aliases, stage) ? fn.aliases[stage] : undefined;
  if (!fn || !alias) return `"${app}" has no stage "${stage}"`;
  if (!Object.hasOwn(fn.versions, version)) return `"${app}" has no version ${version}`;
  // `up rollback` goes back to what this names: so either undoes the other.
  const isSame = version === alias.FunctionVersion;
  const Description = isSame ? alias.Description : `from v${alias.FunctionVersion}`;
  fn.aliases[stage] = { ...alias, FunctionVersion: version, Description, RoutingConfig: {}, RevisionId: randomUUID() };
  return null;
}

function parse(body: Uint8Array): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(body).toString('utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
