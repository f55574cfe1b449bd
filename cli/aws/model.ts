/** What a deploy speaks of: the live world as it was read, the steps that follow from it, what the steps hand on. */
import type { Integration, Route, Stage } from '@aws-sdk/client-apigatewayv2';
import type { FunctionConfiguration } from '@aws-sdk/client-lambda';
import type { Say } from '../output/reporter.ts';
import type { Clients } from './clients.ts';
import type { FormerDomain, LiveDomain } from './domains/model.ts';
import type { Spec } from './spec.ts';
import type { Tags } from './tags.ts';

export interface LiveRole {
  readonly arn: string;
  /** The inline policy as JSON; null when it is missing. */
  readonly policy: string | null;
  /** Who may assume it, as JSON. */
  readonly trust: string;
}

export interface LiveLogGroup {
  readonly retentionInDays: number | undefined;
  /** It carries our tag. Asked for only where there is something to change: true for one with a retention. */
  readonly ours: boolean;
}

/** The package of the wanted code in the bucket. */
export interface LiveArtifact {
  /** As S3 keeps it; '' when it keeps none. */
  readonly checksum: string;
}

export interface LiveFunction {
  readonly config: FunctionConfiguration;
  readonly tags: Tags;
  readonly revisionId: string | undefined;
  /** Reserved concurrency, which GetFunction alone tells. */
  readonly reserved?: number | undefined;
}

/** A version that gets a share of a stage's traffic, above 0 and below 1. */
export interface Canary {
  readonly version: string;
  readonly share: number;
}

export interface LiveAlias {
  readonly version: string;
  readonly canary: Canary | null;
  /** The version that was live before, which the alias's description names; '' for none. */
  readonly before: string;
  readonly revisionId: string | undefined;
  /** Of the version it points to. */
  readonly config: FunctionConfiguration;
}

export interface LiveApi {
  readonly id: string;
  readonly url: string;
  readonly description: string | undefined;
  readonly tags: Tags;
  readonly integrations: readonly Integration[];
  readonly routes: readonly Route[];
  /** `$default`; null when it is missing. */
  readonly stage: Stage | null;
  /** Ids of further ones of this name and tag, which first deploys at once, or a lost answer, have left. */
  readonly others: readonly string[];
}

export interface LiveUrl {
  readonly url: string;
  readonly invokeMode: string | undefined;
  readonly authType: string | undefined;
}

/** As GetPolicy prints it. */
export interface Statement {
  readonly Sid: string;
  readonly Effect?: string;
  readonly Action?: unknown;
  readonly Principal?: unknown;
  readonly Condition?: unknown;
}

export interface LivePermission {
  readonly statements: readonly Statement[];
  readonly revisionId?: string | undefined;
}

export interface LiveSchedule {
  /** What UpdateSchedule would replace, as one text to compare. */
  readonly settings: string;
}

export interface LiveProvisioned {
  readonly requested: number;
  readonly status: string | undefined;
}

export interface LiveAlarm {
  readonly name: string;
  readonly arn: string;
  readonly stage: string;
  /** `OK`, `ALARM`, `INSUFFICIENT_DATA`. */
  readonly state: string;
  /** What PutMetricAlarm would replace, in words to compare. */
  readonly settings: Readonly<Record<string, string>>;
}

export interface LiveSubscription {
  readonly protocol: string;
  readonly endpoint: string;
  /** Null for one that was not confirmed yet. */
  readonly arn: string | null;
}

export interface LiveTopic {
  readonly name: string;
  readonly arn: string;
  readonly stage: string;
  readonly subscriptions: readonly LiveSubscription[];
}

/** Ours: they carry the tags of the app. */
export interface LiveAlerts {
  readonly alarms: readonly LiveAlarm[];
  readonly topics: readonly LiveTopic[];
}

export interface World {
  readonly role: LiveRole | null;
  readonly logGroup: LiveLogGroup | null;
  /** Asked for only when the package is too large for a request. */
  readonly artifact?: LiveArtifact | null;
  readonly fn: LiveFunction | null;
  readonly alias: LiveAlias | null;
  readonly api: LiveApi | null;
  readonly url: LiveUrl | null;
  readonly permission: LivePermission | null;
  /** What there is of the wanted domain; nothing is asked for a stage without one. */
  readonly domain?: LiveDomain | null;
  readonly formerDomains?: readonly FormerDomain[];
  /** Of warming. */
  readonly schedule: LiveSchedule | null;
  readonly scheduleRole: LiveRole | null;
  readonly provisioned: LiveProvisioned | null;
  /** Asked for only where alerts are wanted. */
  readonly alerts?: LiveAlerts | null;
}

export type ResourceType =
  | 'role'
  | 'log group'
  | 'artifact'
  | 'function'
  | 'version'
  | 'alias'
  | 'http api'
  | 'function url'
  | 'permission'
  | 'certificate'
  | 'domain name'
  | 'api mapping'
  | 'dns records'
  /** All of one that is no longer wanted. */
  | 'domain'
  | 'schedule'
  | 'schedule role'
  | 'provisioned concurrency'
  | 'reserved concurrency'
  | 'parameter'
  /** Those of up.json, on all that carries them. */
  | 'tags'
  | 'alarm'
  | 'topic'
  | 'subscription'
  /** All alarms and topics of a stage that wants none any more. */
  | 'alerts';

export interface Change {
  readonly field: string;
  readonly from: unknown;
  readonly to: unknown;
}

export interface Step {
  readonly type: ResourceType;
  /** Which, where a stage has several of the type. */
  readonly name?: string;
  readonly action: 'create' | 'update' | 'keep' | 'remove';
  readonly changes: readonly Change[];
}

/** What later steps need of earlier ones. */
export interface Outputs {
  roleArn: string;
  /** RevisionId of $LATEST after the last change to it. */
  revision: string | undefined;
  version: string;
  /** RevisionId of the alias after it was moved. */
  aliasRevision: string | undefined;
  apiId: string;
  /** It is the API that the stage's permission lets in. */
  claimed: boolean;
  /** The public URL, with a slash at the end. */
  url: string;
  domain: LiveDomain | null;
  /** Marks that the function got since it was read. */
  readonly marked: Set<string>;
}

export interface Context {
  readonly clients: Clients;
  readonly spec: Spec;
  readonly world: World;
  readonly outputs: Outputs;
  /** Told what takes long. */
  readonly say: Say;
}
