/**
 * The variables of a version: those of up.json, over them those of all stages, over them those of the stage. They travel
 * in the version while they fit into what Lambda has room for; above that the version has the names and numbers of the
 * parameters, and the proxy reads their values before it starts the app.
 */
import { bytesOf, maxEnvironmentBytes } from '../../config/index.ts';
import { UpError } from '../errors.ts';
import { type Parameter, type ParameterId, type Scope, scopesOf } from './resources/parameter.ts';

export interface Variables {
  readonly [name: string]: string;
}

export interface VersionEnvironment {
  /** What the version of the function has. */
  readonly inVersion: Variables;
  /** What the app gets, wherever it comes from. */
  readonly all: Variables;
}

/** The parameters that hold in a stage, one for each name. */
export function holding(stage: string, parameters: readonly Parameter[]): Parameter[] {
  const byName = new Map<string, Parameter>();
  for (const scope of scopesOf(stage))
    for (const parameter of parameters) if (parameter.scope === scope) byName.set(parameter.name, parameter);
  return [...byName.values()];
}

/** `fixed` is what nobody may say otherwise, UP_STAGE and its like. */
export function versionEnvironment(own: Variables, held: readonly Parameter[], fixed: Variables): VersionEnvironment {
  const values = Object.fromEntries(held.map(({ name, value }) => [name, value]));
  const all = sorted({ ...own, ...values, ...fixed });
  if (bytesOf(all) <= maxEnvironmentBytes) return { inVersion: all, all };
  const read = held.filter(({ name }) => !isForLambda(name) && !Object.hasOwn(fixed, name));
  const names = new Set(read.map(({ name }) => name));
  const kept = Object.entries(all).filter(([name]) => !names.has(name));
  const inVersion = sorted({ ...Object.fromEntries(kept), UP_PARAMETERS: renderPins(read) });
  requireRoom(inVersion, names.size);
  return { inVersion, all };
}

/** Lambda itself reads these, before anything of ours runs. */
function isForLambda(name: string): boolean {
  return name.startsWith('AWS_');
}

function requireRoom(inVersion: Variables, read: number): void {
  const size = bytesOf(inVersion);
  if (size <= maxEnvironmentBytes) return;
  const pins = inVersion.UP_PARAMETERS ?? '';
  throw new UpError('UP_ENV_SIZE', `The variables take ${size} bytes, Lambda has ${maxEnvironmentBytes}`, {
    evidence: [
      `Counted    ${size - pins.length} bytes of up.json and of what up adds`,
      `           ${pins.length} bytes of names of ${read} parameters, whose values are not counted`,
    ].join('\n'),
    hint: 'move values from "environment" of up.json: up env set NAME',
    next: ['up env ls'],
  });
}

/** For `proxy/parameters.ts`: `all=NAME:3,OTHER:1;staging=NAME:2`. */
function renderPins(parameters: readonly Parameter[]): string {
  const scopes = [...new Set(parameters.map(({ scope }) => scope))].sort();
  const inScope = (wanted: Scope) => parameters.filter(({ scope }) => scope === wanted).sort(byName);
  return scopes
    .map(
      (scope) =>
        `${scope}=${inScope(scope)
          .map(({ name, version }) => `${name}:${version}`)
          .join(',')}`,
    )
    .join(';');
}

export interface Pin extends ParameterId {
  readonly version: string;
}

/** The parameters that a version of the function reads. */
export function readPins(environment: Variables | undefined): Pin[] {
  const pins = environment?.UP_PARAMETERS ?? '';
  return pins
    .split(';')
    .filter(Boolean)
    .flatMap((part) => {
      const [scope = '', list = ''] = part.split('=');
      return list.split(',').map((pin) => {
        const [name = '', version = ''] = pin.split(':');
        return { scope, name, version };
      });
    });
}

/** What tells the variables of two versions apart, by name: the values, or the parameters they are read from. */
export function namedVariables(environment: Variables | undefined): Variables {
  const { UP_PARAMETERS: _pins, ...own } = environment ?? {};
  const pins = readPins(environment).map(({ scope, name, version }) => [name, `${scope}:${version}`] as const);
  // Without a prototype: a variable may be called `constructor`.
  return Object.assign(Object.create(null), own, Object.fromEntries(pins));
}

/** Whether the function has to be allowed to read parameters. */
export function hasPins(environment: Variables | undefined): boolean {
  return environment?.UP_PARAMETERS !== undefined;
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function sorted(variables: Variables): Variables {
  return Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}
