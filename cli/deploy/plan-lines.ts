/**
 * A plan as people and programs read it: one line for each field that differs. Pure. Variables are told by name: their
 * values are nobody's business.
 */
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import { domainUrl } from '../aws/domains/model.ts';
import { namedVariables } from '../aws/environment.ts';
import type { Change, Step, World } from '../aws/model.ts';
import { scheduleRoleName, warmName } from '../aws/names.ts';
import { type Architecture, pricePerMillion } from '../aws/price.ts';
import { versionName } from '../aws/resources/alias.ts';
import { diffFunction } from '../aws/resources/function-diff.ts';
import type { Spec } from '../aws/spec.ts';
import { alarmPrice, monthly, provisionedPrice, warmPrice } from '../aws/warm-price.ts';
import type { Package } from '../build/package.ts';
import { bytes, count, percent } from '../output/format.ts';

export interface Line {
  /** Added, changed, taken away. */
  readonly mark: '+' | '~' | '-';
  /** `memory`, `env`, `http api`. */
  readonly what: string;
  readonly text: string;
}

export interface PlanParts {
  readonly spec: Spec;
  readonly world: World;
  readonly steps: readonly Step[];
  readonly pkg: Pick<Package, 'files' | 'zip'>;
}

/** What is to become of the version comes first, by comparison with the one that is live, then everything around it. */
export function planLines({ spec, world, steps, pkg }: PlanParts): Line[] {
  const live = world.alias?.config;
  const releases = steps.some(({ type, action }) => type === 'version' && action === 'create');
  const release = releases && live ? releaseLines(spec, live, pkg) : [];
  return [...release, ...steps.flatMap((step) => stepLines(step, spec, releases))];
}

function releaseLines(spec: Spec, live: FunctionConfiguration, pkg: PlanParts['pkg']): Line[] {
  const changes = diffFunction(spec, { config: live });
  const price = priceLine(spec, live);
  const priced = changes.find(({ field }) => field === 'MemorySize') ?? byField(changes, 'Architectures');
  return changes.flatMap((change): Line[] => {
    if (change.field === 'Environment') return environmentLines(change, spec);
    const text = change.field === 'Code' ? codeText(pkg, live) : valueText(change);
    return [{ mark: '~', what: labels[change.field] ?? change.field, text: change === priced ? text + price : text }];
  });
}

function byField(changes: readonly Change[], name: string): Change | undefined {
  return changes.find(({ field }) => field === name);
}

const labels: Readonly<Record<string, string>> = {
  Code: 'code',
  MemorySize: 'memory',
  Timeout: 'timeout',
  EphemeralStorage: 'storage',
  TracingMode: 'tracing',
  Runtime: 'runtime',
  Architectures: 'processor',
  Role: 'role',
  Handler: 'handler',
  VpcConfig: 'vpc',
  Layers: 'layers',
  LastUpdateStatus: 'last update',
};
const units: Readonly<Record<string, string>> = { MemorySize: ' MB', EphemeralStorage: ' MB', Timeout: ' s' };

function codeText({ files, zip }: PlanParts['pkg'], { CodeSize }: FunctionConfiguration): string {
  const more = CodeSize === undefined ? 0 : zip.length - CodeSize;
  return `${count(files.length, 'file')}, ${bytes(zip.length)} zipped (${more < 0 ? '-' : '+'}${bytes(Math.abs(more))})`;
}

/** For a request of a usual length; a plan knows nothing of the real ones. */
const requestMs = 50;

function priceLine({ fn }: Spec, live: FunctionConfiguration): string {
  const architecture: Architecture = live.Architectures?.[0] === 'arm64' ? 'arm64' : 'x86_64';
  const before = pricePerMillion(live.MemorySize ?? fn.MemorySize, architecture, requestMs);
  const after = pricePerMillion(fn.MemorySize, fn.Architecture, requestMs);
  return `, per million ${requestMs} ms requests: $${before.toFixed(2)} → $${after.toFixed(2)}`;
}

type Variables = Readonly<Record<string, string>>;

function environmentLines({ from, to }: Change, { secrets }: Spec): Line[] {
  const before = variablesOf(from);
  const after = variablesOf(to);
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .filter((name) => before[name] !== after[name])
    .map((name): Line => {
      // The commit is no secret, and a commit is how a person knows a version.
      if (/^UP_COMMIT$/.test(name) && (before[name] || after[name]))
        return { mark: '~', what: 'commit', text: arrow(before[name], after[name]) };
      const mark = before[name] === undefined ? '+' : after[name] === undefined ? '-' : '~';
      return { mark, what: 'env', text: secrets.has(name) ? `${name} (secret)` : name };
    });
}

function variablesOf(value: unknown): Variables {
  return typeof value === 'object' && value !== null ? namedVariables(Object.fromEntries(Object.entries(value))) : {};
}

function stepLines({ type, name, action, changes }: Step, spec: Spec, releases: boolean): Line[] {
  if (action === 'keep' || type === 'version') return [];
  if (action === 'create')
    return [{ mark: '+', what: type, text: (name ?? nameOf(type, spec)) + standingPrice(type, spec) }];
  if (action === 'remove') return changes.map(({ from }) => ({ mark: '-', what: type, text: String(from) }));
  if (type === 'alias') return changes.map((change) => ({ mark: '~', what: 'stage', text: aliasText(change, spec) }));
  // Of $LATEST only what the release does not tell: somebody's hand was there.
  if (type === 'function' && releases) return [];
  return changes.flatMap((change): Line[] => {
    if (change.field === 'Environment')
      return environmentLines(change, spec).map((line) => ({ ...line, what: 'function' }));
    return [
      { mark: '~', what: type, text: `${name === undefined ? '' : `${name}: `}${change.field} ${valueText(change)}` },
    ];
  });
}

function nameOf(type: Step['type'], spec: Spec): string {
  const { app, stage, role, logGroup, front, domain, provisioned, reserved } = spec;
  const names: Readonly<Partial<Record<Step['type'], string>>> = {
    role: role.name,
    'log group': logGroup.name,
    function: app,
    alias: stage,
    ...(domain && {
      certificate: domain.name,
      'domain name': domain.name,
      'api mapping': domainUrl(domain),
      'dns records': domain.name,
    }),
    ...(front.kind === 'http_api' && { 'http api': front.name }),
    schedule: warmName(app, stage),
    'schedule role': scheduleRoleName(app, stage),
    'provisioned concurrency': String(provisioned),
    'reserved concurrency': String(reserved ?? ''),
  };
  return names[type] ?? stage;
}

/** Of what costs whether or not anybody comes. */
function standingPrice(type: Step['type'], spec: Spec): string {
  if (type === 'schedule') return `, ${monthly(warmPrice(spec))}`;
  if (type === 'alarm') return `, ${monthly(alarmPrice)}`;
  return type === 'provisioned concurrency' ? `, ${monthly(provisionedPrice(spec))}` : '';
}

function aliasText({ field, from }: Change, { stage, share }: Spec): string {
  if (field !== 'FunctionVersion')
    return `${stage} ${share < 1 ? `gets a canary of ${percent(share)}` : 'loses its canary'}`;
  return `${stage} moves from ${versionName({ version: String(from) })} to the new version`;
}

const longestValue = 32;

function valueText({ field, from, to }: Change): string {
  const [before, after] = [shown(field, from), shown(field, to)];
  const isUntold = before === after || [before, after].some((text) => text.length > longestValue);
  return isUntold ? 'changed' : arrow(before, after) + (units[field] ?? '');
}

function arrow(from = '', to = ''): string {
  return `${from || 'none'} → ${to || 'none'}`;
}

/** An ARN by the end that names the thing. */
function shown(field: string, value: unknown): string {
  if (value === undefined || value === null) return '';
  if (field === 'Code') return 'other code';
  if (field === 'VpcConfig') return vpcText(value as Spec['fn']['VpcConfig']);
  if (field === 'Layers')
    return String(value)
      .replace(/arn:[^,]*:layer:/g, '')
      .replaceAll(',', ' ');
  return String(value).replace(/^arn:.*[:/]/, '');
}

/** Ids tell a reader little, and are long. */
function vpcText({ SubnetIds, SecurityGroupIds }: Spec['fn']['VpcConfig']): string {
  if (SubnetIds.length === 0) return '';
  return `${count(SubnetIds.length, 'subnet')}, ${count(SecurityGroupIds.length, 'security group')}`;
}
