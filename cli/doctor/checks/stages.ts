/** Each stage that is deployed: that all it stands on is there and as a deploy makes it, and that it answers. */
import type { Step } from '../../aws/model.ts';
import { findUrl } from '../../aws/url.ts';
import { planLines } from '../../deploy/plan-lines.ts';
import { cut } from '../../output/format.ts';
import { configOf, type Drifting, readDrift, readLatest } from '../../stack/drift.ts';
import { type Finding, fail, fromError, ok, warn } from '../finding.ts';
import type { Patient } from '../patient.ts';
import { checkUrl } from './url.ts';

export async function checkStages(patient: Patient): Promise<Finding[]> {
  const releases = await patient.releases();
  const live = [...new Set(releases.flatMap((release) => release.live.map(({ stage }) => stage)))].sort();
  if (live.length === 0) return [ok('Stages', `none is deployed yet: ${patient.up()}`)];
  const scope = await patient.scope();
  const drifting = { ...scope, latest: await readLatest(scope) };
  const found = await Promise.all(
    live.map((stage) => checkStage(patient, drifting, stage).catch((error: unknown) => [fromError(stage, error)])),
  );
  return found.flat();
}

async function checkStage(patient: Patient, scope: Drifting, stage: string): Promise<Finding[]> {
  const [project, session] = await Promise.all([patient.project(), patient.session()]);
  const config = configOf(project, stage);
  if (config === null)
    return [warn(stage, 'is no longer a stage of up.json', { fix: patient.up('delete', stage, '-y') })];
  const fix = patient.up(stage);
  const drift = await readDrift(patient.context, project, scope, stage);
  const isOff = drift?.world.fn?.reserved === 0 && drift.spec.reserved === undefined;
  if (isOff) {
    const off = await patient.aws('lambda', 'delete-function-concurrency', '--function-name', scope.app);
    return [fail(stage, 'is switched off: reserved concurrency is 0', { fix: off })];
  }
  const bent = drift?.steps.filter(isBent) ?? [];
  if (drift && bent.length > 0) {
    const lines = planLines({ ...drift, steps: bent }).map(
      ({ mark, what, text }) => `${mark} ${what.padEnd(10)} ${text}`,
    );
    const what = bent.map(({ type }) => type).join(', ');
    return [
      fail(stage, cut(`is not as a deploy leaves it: ${what}`, 60), {
        evidence: lines.map((line) => cut(line, 66)),
        fix,
      }),
    ];
  }
  const pending = drift?.steps.some(({ action }) => action !== 'keep') === true;
  const later = pending ? [warn(stage, 'up.json has changes that are not live', { fix })] : [];
  return [...(await checkUrl(patient, stage, await findUrl(session, config))), ...later];
}

/** What only a new release changes is a change that waits; all else was changed by hand, or lost. */
const released = new Set<Step['type']>(['function', 'version', 'alias', 'artifact', 'provisioned concurrency']);

function isBent({ type, action }: Step): boolean {
  return action !== 'keep' && !released.has(type);
}
