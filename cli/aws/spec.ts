/** What a deploy wants the world to be: computed from the configuration and the package, before AWS is asked anything. */
import type { StageConfig } from '../../config/index.ts';
import type { Package } from '../build/package.ts';
import type { Commit } from '../git.ts';
import type { Identity } from './identity.ts';
import { apiName, logGroupName, roleName } from './names.ts';
import { artifactSpec } from './resources/artifact.ts';

export interface Spec {
  readonly app: string;
  readonly stage: string;
  readonly identity: Identity;
  readonly role: { readonly name: string; readonly given: string | undefined; readonly policy: string };
  readonly logGroup: { readonly name: string; readonly retentionInDays: number };
  readonly fn: FunctionSpec;
  readonly code: { readonly zip: Uint8Array; readonly sha256: string };
  /** Where a package goes that is too large for a request; null for the others. */
  readonly artifact: ArtifactSpec | null;
  readonly description: string;
  readonly front: FrontSpec;
  /** Of the stage's traffic that goes to the version: 1, or less for a canary. */
  readonly share: number;
}

export interface ArtifactSpec {
  readonly bucket: string;
  readonly key: string;
}

/** What gives the stage its public URL. */
export type FrontSpec =
  | { readonly kind: 'http_api'; readonly name: string; readonly description: string }
  | { readonly kind: 'function_url'; readonly invokeMode: 'BUFFERED' | 'RESPONSE_STREAM' };

/** The configuration that is part of a version. */
export interface FunctionSpec {
  readonly Runtime: 'nodejs22.x' | 'nodejs24.x';
  readonly Handler: string;
  readonly MemorySize: number;
  readonly Timeout: number;
  readonly Architecture: 'arm64' | 'x86_64';
  readonly Environment: Readonly<Record<string, string>>;
}

/** Logs are for looking into last week, not for keeping; CloudWatch's own default is for ever. */
const retentionInDays = 30;

export function createSpec(
  config: StageConfig,
  pkg: Pick<Package, 'zip' | 'sha256'>,
  commit: Commit,
  identity: Identity,
): Spec {
  const { name: app, stage } = config;
  return {
    app,
    stage,
    identity,
    role: { name: roleName(app), given: config.lambda.role, policy: policy(config, identity) },
    logGroup: { name: logGroupName(app), retentionInDays },
    fn: {
      Runtime: config.lambda.runtime,
      Handler: '_up/handler.handler',
      MemorySize: config.lambda.memory,
      Timeout: config.lambda.timeout,
      Architecture: config.lambda.architecture,
      Environment: environment(config, commit),
    },
    code: { zip: pkg.zip, sha256: pkg.sha256 },
    artifact: artifactSpec(app, pkg, identity),
    description: [commit.commit, commit.message].filter(Boolean).join(' ').slice(0, 256),
    front: front(config),
    share: 1,
  };
}

function front({ name, stage, description, url, proxy }: StageConfig): FrontSpec {
  if (url === 'function_url') return { kind: url, invokeMode: proxy.stream ? 'RESPONSE_STREAM' : 'BUFFERED' };
  const text = [description, 'Managed by up'].filter(Boolean).join(' - ').slice(0, 1024);
  return { kind: url, name: apiName(name, stage), description: text };
}

const wrapper = 'AWS_LAMBDA_EXEC_WRAPPER';

function environment({ environment: own, lambda, stage }: StageConfig, commit: Commit): Record<string, string> {
  // An app with a wrapper of its own (OpenTelemetry layers have one) is served through AWS's client.
  const usesOurs = lambda.runtime_client === 'up' && own[wrapper] === undefined;
  const variables = {
    ...own,
    UP_STAGE: stage,
    UP_COMMIT: commit.commit,
    UP_AUTHOR: commit.author,
    ...(usesOurs && { [wrapper]: '/var/task/_up/bootstrap' }),
  };
  return Object.fromEntries(Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * The function writes into its own log group, which the deploy makes, so it needs no right to make one; and it may invoke
 * its own aliases, which is how a warm ping reaches several environments.
 */
function policy({ name, lambda }: StageConfig, { region, account }: Identity): string {
  const group = `arn:aws:logs:${region}:${account}:log-group:${logGroupName(name)}:*`;
  const aliases = `arn:aws:lambda:${region}:${account}:function:${name}:*`;
  const own = [
    { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: group },
    { Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: aliases },
  ];
  return JSON.stringify({ Version: '2012-10-17', Statement: [...own, ...lambda.policy] });
}
