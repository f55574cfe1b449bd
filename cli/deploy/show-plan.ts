/** What a deploy would do, without doing it: the package is built and the world is read, and that is all. */
import { isNoop, plan } from '../aws/plan.ts';
import type { Context } from '../command.ts';
import { counted } from '../output/format.ts';
import { type Line, type PlanParts, planLines } from './plan-lines.ts';
import { withBuild } from './prepare.ts';
import { nothingBeside } from './ship.ts';
import { readState } from './state.ts';

interface PlanFlags {
  readonly stage: string;
  /** Of the stage's traffic that the new version would get. */
  readonly share?: number;
}

export async function showPlan(context: Context, { stage, share = 1 }: PlanFlags): Promise<void> {
  await withBuild(context, { stage }, async ({ target, commit, pkg }) => {
    const { spec: whole, world } = await readState(context, target, pkg, commit);
    const spec = { ...whole, share };
    if (spec.share < 1 && !world.alias) throw nothingBeside(spec);
    const steps = plan(spec, world);
    const lines = planLines({ spec, world, steps, pkg });
    const work = steps.filter(({ action }) => action !== 'keep').map(({ type, action }) => ({ type, action }));
    context.result(renderPlan({ spec, world, steps, pkg }, lines), {
      app: spec.app,
      stage: spec.stage,
      changed: false,
      steps: work,
      changes: lines,
    });
  });
}

const columns = 80;

function renderPlan({ spec, world, steps }: PlanParts, lines: readonly Line[]): string {
  if (isNoop(steps)) return `  Nothing to deploy: v${world.alias?.version} has this code and config`;
  const created = steps.filter(({ action }) => action === 'create').map(({ type }) => type);
  const resources = created.filter((type) => type !== 'version');
  const removed = steps.filter(({ action }) => action === 'remove').map(({ type }) => type);
  const parts = [
    ...(resources.length > 0 ? [`Creates ${counted(resources).join(', ')}.`] : []),
    ...(removed.length > 0 ? [`Removes ${counted(removed).join(', ')}.`] : []),
  ];
  const made = parts.length > 0 ? parts.join(' ') : 'No resources created or deleted.';
  const all = created.includes('version') ? `${made} A new version for ${spec.stage}.` : made;
  return [...lines.map(renderLine), ...wrap(`${all} Nothing was changed.`)].join('\n');
}

function renderLine({ mark, what, text }: Line): string {
  const line = `  ${mark} ${what.padEnd(12)} ${text}`;
  return line.length > columns ? `${line.slice(0, columns - 1)}…` : line;
}

function wrap(text: string): string[] {
  const lines = [' '];
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last.length + 1 + word.length > columns) lines.push(`  ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
