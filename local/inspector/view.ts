/** What there is at this moment: apps with their stages and releases, and the environments that live. */
import type { LambdaFunction, State } from '../model.ts';

export interface StageView {
  readonly name: string;
  readonly version: string;
  /** Version to its share of the traffic, beside the main one. */
  readonly shares: Readonly<Record<string, number>>;
  readonly url: string | null;
}

export interface ReleaseView {
  readonly version: string;
  /** ISO 8601 */
  readonly published: string;
  /** The stage it was deployed to, and the commit; '' when it has none. */
  readonly stage: string;
  readonly commit: string;
  readonly description: string;
}

export interface AppView {
  readonly name: string;
  readonly stages: readonly StageView[];
  /** The newest first. */
  readonly releases: readonly ReleaseView[];
}

export type UrlOf = (app: string, stage: string) => string | null;

export function viewApps(state: State, urlOf: UrlOf): AppView[] {
  return Object.values(state.functions)
    .map((fn) => ({ name: fn.FunctionName, stages: stagesOf(fn, urlOf), releases: releasesOf(fn) }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function stagesOf(fn: LambdaFunction, urlOf: UrlOf): StageView[] {
  return Object.values(fn.aliases).map(({ Name, FunctionVersion, RoutingConfig }) => ({
    name: Name,
    version: FunctionVersion,
    shares: RoutingConfig,
    url: urlOf(fn.FunctionName, Name),
  }));
}

function releasesOf(fn: LambdaFunction): ReleaseView[] {
  return Object.values(fn.versions)
    .map(({ Version, LastModified, Description, Environment }) => ({
      version: Version,
      published: new Date(LastModified).toISOString(),
      stage: Environment.UP_STAGE ?? '',
      commit: Environment.UP_COMMIT ?? '',
      description: Description,
    }))
    .sort((a, b) => Number(b.version) - Number(a.version));
}
