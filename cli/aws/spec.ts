/** What a deploy wants the world to be: computed from the configuration and the package, before AWS is asked anything. */
import { isPreview, type StageConfig, warmMinutes } from '../../config/index.ts';
import type { Package } from '../build/package.ts';
import type { Commit } from '../project/git.ts';
import { type AlertSpec, alertSpec } from './alerts/spec.ts';
import { type DomainSpec, domainSpec } from './domains/model.ts';
import { hasPins, type VersionEnvironment, versionEnvironment } from './environment.ts';
import type { Identity } from './identity.ts';
import { apiName, logGroupName, roleName } from './names.ts';
import { artifactSpec } from './resources/artifact.ts';
import type { Parameter } from './resources/parameter.ts';
import { type RoleRight, roleRights } from './role-policy.ts';
import { appTags, namesMark, parametersTag, type Tags } from './tags.ts';

export interface Spec {
  readonly app: string;
  readonly stage: string;
  readonly identity: Identity;
  /** Of the function, when it is made. */
  readonly tags: Tags;
  /** Those of up.json. */
  readonly ownTags: Tags;
  readonly role: RoleSpec;
  readonly logGroup: { readonly name: string; readonly retentionInDays: number };
  readonly fn: FunctionSpec;
  /** What the app sees, wherever it comes from; secrets among it. */
  readonly variables: Readonly<Record<string, string>>;
  /** The names of those among them that are. */
  readonly secrets: ReadonlySet<string>;
  readonly code: { readonly zip: Uint8Array; readonly sha256: string };
  /** Where a package goes that is too large for a request; null for the others. */
  readonly artifact: ArtifactSpec | null;
  readonly description: string;
  readonly front: FrontSpec;
  /** Null for a stage without one. */
  readonly domain: DomainSpec | null;
  /** Domains of other stages of the app. */
  readonly otherDomains: readonly string[];
  /** Null: no environments are kept warm. */
  readonly warm: WarmSpec | null;
  /** Environments that are always ready; 0 for none. */
  readonly provisioned: number;
  /** Reserved concurrency of the function; undefined for none. */
  readonly reserved: number | undefined;
  /** Null for a stage without an alert. */
  readonly alerts: AlertSpec | null;
  /** Of the stage's traffic that goes to the version: 1, or less for a canary. */
  readonly share: number;
}

export interface ArtifactSpec {
  readonly bucket: string;
  readonly key: string;
}

export interface RoleSpec {
  readonly name: string;
  /** `lambda.role`: somebody else's, never touched. */
  readonly given: string | undefined;
  readonly rights: readonly RoleRight[];
}

/** What gives the stage its public URL. */
export type FrontSpec =
  | { readonly kind: 'http_api'; readonly name: string; readonly description: string }
  | { readonly kind: 'function_url'; readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM' };

export interface WarmSpec {
  readonly count: number;
  readonly minutes: number;
}

/** The configuration that is part of a version. */
export interface FunctionSpec {
  readonly Runtime: 'nodejs22.x' | 'nodejs24.x';
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  /** MB */
  readonly EphemeralStorage: number;
  readonly Architecture: 'arm64' | 'x86_64';
  readonly TracingMode: 'Active' | 'PassThrough';
  /** Both lists are empty for a function outside of any VPC. */
  readonly VpcConfig: { readonly SubnetIds: readonly string[]; readonly SecurityGroupIds: readonly string[] };
  /** ARNs, in the order in which they are unpacked. */
  readonly Layers: readonly string[];
  readonly Environment: Readonly<Record<string, string>>;
}

/** Logs are for looking into last week, not for keeping; CloudWatch's own default is for ever. */
const retentionInDays = 30;

/** `parameters` are those that hold in the stage; null when the app has none in any. See `cli/deploy/state.ts`. */
export function createSpec(
  config: StageConfig,
  pkg: Pick<Package, 'zip' | 'sha256'>,
  commit: Commit,
  identity: Identity,
  parameters: readonly Parameter[] | null,
): Spec {
  const { name: app, stage } = config;
  const { inVersion, all } = environment(config, commit, parameters ?? []);
  return {
    app,
    stage,
    identity,
    tags: { ...config.tags, ...namesMark(Object.keys(config.tags)), ...appTags(app), ...(parameters && parametersTag) },
    ownTags: config.tags,
    role: roleSpec(config, identity, hasPins(inVersion)),
    logGroup: { name: logGroupName(app), retentionInDays },
    fn: {
      Runtime: config.lambda.runtime,
      Handler: '_up/handler.handler',
      MemorySize: config.lambda.memory,
      Timeout: config.lambda.timeout,
      EphemeralStorage: config.lambda.ephemeral_storage,
      Architecture: config.lambda.architecture,
      TracingMode: config.lambda.tracing === 'active' ? 'Active' : 'PassThrough',
      VpcConfig: vpcConfig(config.lambda.vpc),
      Layers: config.lambda.layers,
      Environment: inVersion,
    },
    variables: all,
    secrets: new Set(parameters?.filter(({ kind }) => kind === 'secret').map(({ name }) => name)),
    code: { zip: pkg.zip, sha256: pkg.sha256 },
    artifact: artifactSpec(app, pkg, identity),
    description: [commit.commit, commit.message].filter(Boolean).join(' ').slice(0, 256),
    front: front(config),
    domain: domainSpec(config),
    otherDomains: config.otherDomains,
    warm: warm(config),
    // A preview is one of many, and is not to cost anything while nobody looks at it.
    provisioned: isPreview(stage) ? 0 : config.lambda.provisioned,
    reserved: config.lambda.reserved,
    alerts: alertSpec(config, identity),
    share: 1,
  };
}

/** Sorted: their order means nothing, and AWS does not keep it. */
function vpcConfig(vpc: StageConfig['lambda']['vpc']): FunctionSpec['VpcConfig'] {
  return { SubnetIds: vpc?.subnets.toSorted() ?? [], SecurityGroupIds: vpc?.security_groups.toSorted() ?? [] };
}

function front({ name, stage, description, url, proxy }: StageConfig): FrontSpec {
  if (url === 'function_url') return { kind: url, invokeMode: proxy.stream ? 'RESPONSE_STREAM' : 'BUFFERED' };
  const text = [description, 'Managed by up'].filter(Boolean).join(' - ').slice(0, 1024);
  return { kind: url, name: apiName(name, stage), description: text };
}

function warm({ stage, lambda }: StageConfig): WarmSpec | null {
  if (!lambda.warm || isPreview(stage)) return null;
  return { count: lambda.warm_count, minutes: warmMinutes(lambda.warm_rate) };
}

const wrapper = 'AWS_LAMBDA_EXEC_WRAPPER';

function environment(
  { environment: own, lambda, stage }: StageConfig,
  commit: Commit,
  parameters: readonly Parameter[],
): VersionEnvironment {
  // An app with a wrapper of its own (OpenTelemetry layers have one) is served through AWS's client.
  const hasWrapper = own[wrapper] !== undefined || parameters.some(({ name }) => name === wrapper);
  const usesOurs = lambda.runtime_client === 'up' && !hasWrapper;
  return versionEnvironment(own, parameters, {
    UP_STAGE: stage,
    UP_COMMIT: commit.commit,
    UP_AUTHOR: commit.author,
    ...(usesOurs && { [wrapper]: '/var/task/_up/bootstrap' }),
  });
}

function roleSpec(config: StageConfig, identity: Identity, reads: boolean): RoleSpec {
  const { name, lambda } = config;
  return { name: roleName(name), given: lambda.role, rights: roleRights(config, identity, reads) };
}
