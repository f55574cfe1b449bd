/** The story again, under the policy that was made of it: what fails without each action, and works with all of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { awsEnv, type Ran, type Sandbox } from '../support/sandbox.ts';
import { without } from './files.ts';
import { type Recorded, renderPolicy } from './page.ts';
import { fillIn, type Names, type PolicyDocument } from './policy.ts';
import { type Chapter, chapters, timeout } from './story.ts';

const names: Names = { app: 'permitted', region: 'us-east-1', account: '000000000000' };

export interface Drilled {
  readonly passed: number;
  readonly failed: number;
  /** Chapters that there was no time for. */
  readonly left: number;
}

/** Actions that a chapter is the first to need are taken away one after the other, in the order of its calls. */
export async function drill(
  sandbox: Sandbox,
  recorded: Recorded,
  hasTime: () => boolean,
  print: (line: string) => void,
): Promise<Drilled> {
  const policy = JSON.parse(fillIn(renderPolicy(recorded), names)) as PolicyDocument;
  const file = join(sandbox.root, 'policy.json');
  const use = (one: object) => writeFileSync(file, JSON.stringify(one));
  use(policy);
  const { url } = await sandbox.platform({ env: { UP_LOCAL_DIR: `${sandbox.root}/permitted` } }, ['--policy', file]);
  const dir = sandbox.project(names.app, {});
  const run = ({ words }: Chapter) => sandbox.up([...words, '--json'], { cwd: dir, env: awsEnv(url), timeout });
  const seen = new Set<string>();
  let [passed, failed, left] = [0, 0, 0];

  function judge(title: string, ran: Ran, wrong: string | null): void {
    if (wrong === null) passed++;
    else failed++;
    print(wrong === null ? `ok    ${title}` : `FAIL  ${title}: ${wrong}\n${ran.stderr}`);
  }

  for (const chapter of chapters) {
    if (!hasTime()) {
      left++;
      continue;
    }
    use({ ...policy, Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] });
    await chapter.before?.({ dir, endpoint: url });
    for (const { action } of recorded[chapter.title] ?? []) {
      if (!hasTime() || seen.has(action) || canDoWithout.has(action) || canDoWithout.has(`${chapter.title} ${action}`))
        continue;
      seen.add(action);
      use(without(policy, action));
      const ran = await run(chapter);
      judge(`${chapter.title} without ${action}`, ran, wrongWithout(action, ran));
    }
    use(policy);
    const ran = await run(chapter);
    judge(`${chapter.title} under exactly the policy`, ran, ran.code === 0 ? null : `exit ${ran.code}`);
  }
  return { passed, failed, left };
}

/** Without these a command goes on, and leaves out what it cannot see. */
const canDoWithout = new Set(['lambda:ListTags', 'scheduler:ListSchedules', '`up prune` s3:ListBucket']);

/** It has to end with 4, and to name that action. */
function wrongWithout(action: string, { code, stderr }: Ran): string | null {
  if (code !== 4) return `exit ${code} and not 4`;
  return stderr.includes(`AWS does not allow ${action}"`) ? null : 'it names another action';
}
