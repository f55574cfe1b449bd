/** Where the permissions are kept, from the root of the project, which everything here is run in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Recorded } from './page.ts';
import { fillIn, type Names, type PolicyDocument } from './policy.ts';

export const recordedFile: string = join(process.cwd(), 'test/permissions/recorded.json');

export function readRecorded(): Recorded {
  return JSON.parse(readFileSync(recordedFile, 'utf8')) as Recorded;
}

/** docs/permissions.json for one app. */
export function readPolicy(names: Names): PolicyDocument {
  const text = readFileSync(join(process.cwd(), 'docs/permissions.json'), 'utf8');
  return JSON.parse(fillIn(text, names)) as PolicyDocument;
}

/** The policy without an action; a statement of nothing is none. */
export function without(policy: PolicyDocument, action: string): PolicyDocument {
  const Statement = policy.Statement.map((statement) => ({
    ...statement,
    Action: statement.Action.filter((one) => one !== action),
  }));
  return { ...policy, Statement: Statement.filter(({ Action }) => Action.length > 0) };
}
