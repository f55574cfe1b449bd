/** What has to be done to make the live world like the wanted one. Pure: reads nothing, changes nothing. */

import { isPreview } from '../../config/index.ts';
import { alertSteps } from './alerts/plan.ts';
import { domainSteps } from './domains/plan.ts';
import type { Change, ResourceType, Step, World } from './model.ts';
import { scheduleRoleName, warmName } from './names.ts';
import { isPublished } from './resources/alias.ts';
import { diffArtifact } from './resources/artifact.ts';
import { diffFunction, diffLatest, matchesVersion } from './resources/function-diff.ts';
import { diffUrl } from './resources/function-url.ts';
import { diffApi } from './resources/http-api-diff.ts';
import { diffLogGroup } from './resources/log-group.ts';
import { diffPermission } from './resources/permission.ts';
import { diffProvisioned } from './resources/provisioned-concurrency.ts';
import { diffReserved } from './resources/reserved-concurrency.ts';
import { diffRole } from './resources/role.ts';
import { diffSchedule } from './resources/schedule.ts';
import { diffScheduleRole } from './resources/schedule-role.ts';
import { diffTags } from './resources/tags.ts';
import type { Spec } from './spec.ts';
import { marks } from './tags.ts';

/** The steps in the order in which they are applied. */
export function plan(spec: Spec, world: World): Step[] {
  const { alias: live } = world;
  const released = live !== null && isPublished(live) && matchesVersion(spec, live.config);
  const fn = step('function', world.fn, (live) => (released ? diffLatest(spec, live) : diffFunction(spec, live)));
  const alias = aliasStep(world, released, spec);
  const front = [
    spec.front.kind === 'http_api'
      ? step('http api', world.api, (live) => diffApi(spec, live))
      : step('function url', world.url, (live) => diffUrl(spec.front, live)),
    step('permission', world.permission, (live) => diffPermission(spec, world.api?.id ?? '', live)),
    ...warmSteps(spec, world),
    ...alertSteps(spec, world),
  ];
  const reserved = reservedSteps(spec, world);
  // A function that was switched off is switched on first, because its new version could not be verified otherwise.
  const isOff = world.fn?.reserved === 0;
  const isMore = !isOff && reservesMore(spec, world);
  return [
    ...(isOff ? reserved : []),
    step('role', spec.role.given ? 'unmanaged' : world.role, (live) => diffRole(spec, live)),
    step('log group', world.logGroup, (live) => diffLogGroup(spec, live)),
    ...artifactSteps(spec, world, fn),
    fn,
    released ? keep('version') : { type: 'version', action: 'create', changes: [] },
    // A permission is given on the alias, so the first one comes before it; the move that users see comes last.
    ...(alias.action === 'create' ? [alias, ...front] : [...front, alias]),
    ...(isMore ? reserved : []),
    ...provisionedSteps(spec, world, alias.action === 'update'),
    ...domainSteps(spec, world),
    ...(isOff || isMore ? [] : reserved),
    ...tagSteps(spec, world),
  ];
}

function warmSteps(spec: Spec, world: World): Step[] {
  const { app, stage } = spec;
  if (spec.warm)
    return [
      step('schedule role', world.scheduleRole, (live) => diffScheduleRole(spec, live)),
      step('schedule', world.schedule, (live) => diffSchedule(spec, live, world)),
    ];
  // The mark is removed last, so that a removal killed half way is continued by the next deploy.
  return isMarked(world, marks.warm(spec.stage))
    ? [remove('schedule', warmName(app, stage)), remove('schedule role', scheduleRoleName(app, stage))]
    : [];
}

/** While an alias splits its traffic Lambda takes no change of its provisioned concurrency. */
function provisionedSteps(spec: Spec, world: World, moves: boolean): Step[] {
  if (spec.share < 1 && world.alias !== null) return [];
  if (spec.provisioned > 0)
    return [
      step('provisioned concurrency', world.provisioned, (live) =>
        diffProvisioned(spec, live, { fn: world.fn, moves }),
      ),
    ];
  return isMarked(world, marks.provisioned(spec.stage)) ? [remove('provisioned concurrency', spec.stage)] : [];
}

function reservedSteps(spec: Spec, world: World): Step[] {
  if (spec.reserved !== undefined) return [step('reserved concurrency', world.fn, (live) => diffReserved(spec, live))];
  return isMarked(world, marks.reserved()) ? [remove('reserved concurrency', spec.app)] : [];
}

/** A new function is made with them. They are those of all stages: a preview, as an older branch may be, leaves them. */
function tagSteps(spec: Spec, { fn }: World): Step[] {
  const changes = fn === null || isPreview(spec.stage) ? [] : diffTags(spec, fn);
  return changes.length > 0 ? [{ type: 'tags', action: 'update', changes }] : [];
}

/**
 * Whether the reservation grows. Provisioned concurrency cannot exceed reserved concurrency, so an increase of the
 * latter comes before, and a decrease after. Without a reservation there is no limit.
 */
function reservesMore({ reserved }: Spec, { fn }: World): boolean {
  return (reserved ?? Number.POSITIVE_INFINITY) > (fn?.reserved ?? Number.POSITIVE_INFINITY);
}

function isMarked({ fn }: World, mark: string): boolean {
  return fn?.tags?.[mark] !== undefined;
}

function remove(type: ResourceType, name: string): Step {
  return { type, action: 'remove', changes: [{ field: 'name', from: name, to: undefined }] };
}

export function isNoop(steps: readonly Step[]): boolean {
  return steps.every(({ action }) => action === 'keep');
}

function keep(type: ResourceType): Step {
  return { type, action: 'keep', changes: [] };
}

function step<Live>(
  type: ResourceType,
  live: Live | 'unmanaged' | null,
  diff: (live: Live) => readonly Change[],
): Step {
  if (live === 'unmanaged') return keep(type);
  if (live === null) return { type, action: 'create', changes: [] };
  const changes = diff(live);
  return { type, action: changes.length > 0 ? 'update' : 'keep', changes };
}

const takesCode = new Set(['Code', 'Architectures']);

/** Only for a package that has to be in a bucket, and only when the function is about to take it from there. */
function artifactSteps(spec: Spec, { artifact }: World, { action, changes }: Step): Step[] {
  if (!spec.artifact) return [];
  const isTaken = action === 'create' || changes.some(({ field }) => takesCode.has(field));
  return [isTaken ? step('artifact', artifact ?? null, (live) => diffArtifact(spec, live)) : keep('artifact')];
}

function aliasStep({ alias }: World, released: boolean, { share }: Spec): Step {
  if (alias === null) return { type: 'alias', action: 'create', changes: [] };
  const { version, canary } = alias;
  const weights = { field: 'RoutingConfig', from: canary ? { [canary.version]: canary.share } : {} };
  // What is deployed is live, and all of the traffic is to go to it.
  if (released && canary) return update('alias', { ...weights, to: {} });
  if (released) return keep('alias');
  if (share < 1) return update('alias', { ...weights, to: { new: share } });
  return update('alias', { field: 'FunctionVersion', from: version, to: 'new' });
}

function update(type: ResourceType, change: Change): Step {
  return { type, action: 'update', changes: [change] };
}
