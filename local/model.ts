/**
 * What the local platform remembers. Plain data: it is written to disk as JSON and read back after a restart.
 * Field names are AWS's own where AWS has one.
 *
 * One file, because it is the format of one: whoever adds a field sees what else comes back after a restart.
 */

export interface Tags {
  readonly [key: string]: string;
}

export interface Role {
  RoleName: string;
  RoleId: string;
  Arn: string;
  Path: string;
  CreateDate: string;
  AssumeRolePolicyDocument: string;
  Description?: string;
  Tags: Tags;
  /** Epoch milliseconds until which nobody can assume it, on a platform with lag. */
  assumableAt?: number;
  /** Epoch milliseconds until which nobody sees what its inline policies allow, likewise. */
  permittedAt?: number;
  /** Inline policies: name -> policy document as sent. */
  policies: Record<string, string>;
  /** ARNs of managed policies; kept and shown, nothing more. */
  attached?: string[];
}

/** One immutable set of code and configuration: `$LATEST` or a published version. */
export interface FunctionVersion {
  FunctionName: string;
  Version: string;
  Description: string;
  Runtime: string;
  Handler: string;
  Role: string;
  /** Seconds. */
  Timeout: number;
  /** MB. */
  MemorySize: number;
  Architectures: string[];
  Environment: Record<string, string>;
  Layers: string[];
  /** MB of /tmp. */
  EphemeralStorage: number;
  LogGroup: string;
  LogFormat: string;
  TracingMode: string;
  CodeSha256: string;
  /** Bytes of the zip. */
  CodeSize: number;
  /** ISO 8601 as AWS prints it: 2026-11-23T10:00:00.000+0000 */
  LastModified: string;
  RevisionId: string;
  /** A digest of everything but the code: equal digests and equal code mean that nothing changed since a publication. */
  ConfigSha256?: string;
  /** Epoch milliseconds until which it is Pending, on a platform with lag. */
  activeAt?: number;
  /** Epoch milliseconds until which its last update is InProgress. */
  updatedAt?: number;
  /** Settings that are kept and shown but change nothing on one machine: VpcConfig, KMSKeyArn, ... */
  Other?: Record<string, unknown>;
}

export interface Alias {
  Name: string;
  FunctionVersion: string;
  Description: string;
  RevisionId: string;
  /** version -> share of the traffic, 0 to 1 */
  RoutingConfig: Record<string, number>;
}

export interface Statement {
  Sid: string;
  Effect: 'Allow';
  Principal: unknown;
  Action: string;
  Resource: string;
  Condition?: unknown;
}

export interface FunctionUrl {
  UrlId: string;
  AuthType: 'NONE' | 'AWS_IAM';
  InvokeMode: 'BUFFERED' | 'RESPONSE_STREAM';
  CreationTime: string;
  LastModifiedTime: string;
  /** The loopback port of its front door; assigned once and kept. */
  port: number;
}

export interface ProvisionedConcurrency {
  RequestedProvisionedConcurrentExecutions: number;
  LastModified: string;
}

export interface EventInvokeConfig {
  MaximumRetryAttempts?: number;
  MaximumEventAgeInSeconds?: number;
  /** Epoch seconds. */
  LastModified: number;
}

export interface LambdaFunction {
  FunctionName: string;
  FunctionArn: string;
  Tags: Tags;
  latest: FunctionVersion;
  /** Published versions by number. */
  versions: Record<string, FunctionVersion>;
  /** The number the next published version gets; never reused. */
  nextVersion: number;
  aliases: Record<string, Alias>;
  /** Resource policy statements by qualifier ('' for the unqualified function). */
  policies: Record<string, { statements: Statement[]; RevisionId: string }>;
  reservedConcurrency?: number;
  /** Environments kept ready, by version number or alias. */
  provisioned?: Record<string, ProvisionedConcurrency>;
  /** How asynchronous events are tried, by `$LATEST`, version number or alias. */
  eventInvoke?: Record<string, EventInvokeConfig>;
  /** Function URLs by qualifier ('' for the unqualified function). */
  urls?: Record<string, FunctionUrl>;
}

export interface Integration {
  IntegrationId: string;
  IntegrationType: string;
  IntegrationUri: string;
  IntegrationMethod: string;
  PayloadFormatVersion: string;
  TimeoutInMillis: number;
  ConnectionType: string;
  Description?: string;
}

export interface Route {
  RouteId: string;
  RouteKey: string;
  Target: string;
  AuthorizationType: string;
  ApiKeyRequired: boolean;
}

export interface ApiStage {
  StageName: string;
  AutoDeploy: boolean;
  CreatedDate: string;
  LastUpdatedDate: string;
  Description?: string;
  StageVariables: Record<string, string>;
  DefaultRouteSettings: Record<string, unknown>;
  /** Kept and shown; the local platform writes no access log. */
  AccessLogSettings?: Record<string, unknown>;
  Tags: Tags;
}

export interface HttpApi {
  ApiId: string;
  Name: string;
  Description?: string;
  ProtocolType: string;
  CreatedDate: string;
  Tags: Tags;
  DisableExecuteApiEndpoint: boolean;
  /** The loopback port of this API's front door; assigned once and kept, so that the URL is stable. */
  port: number;
  integrations: Record<string, Integration>;
  routes: Record<string, Route>;
  stages: Record<string, ApiStage>;
}

export interface LogGroup {
  logGroupName: string;
  /** Epoch milliseconds. */
  creationTime: number;
  retentionInDays?: number;
  tags: Tags;
}

export interface ParameterVersion {
  Version: number;
  /** As it was put: a SecureString, too. The folder of the state is its owner's alone. */
  Value: string;
  Description: string;
  KeyId: string;
  /** Epoch milliseconds. */
  LastModifiedDate: number;
}

/** A parameter of Systems Manager. */
export interface Parameter {
  Name: string;
  Type: string;
  Tier: string;
  Tags: Tags;
  /** The last ones, oldest first. */
  versions: ParameterVersion[];
}

export interface StoredObject {
  Key: string;
  Size: number;
  /** ISO 8601 */
  LastModified: string;
  ContentType: string;
  /** Header fields beside it, `ContentEncoding` -> `gzip`. */
  Fields?: Record<string, string>;
  Metadata: Record<string, string>;
  Tags: Tags;
  ETag: string;
  /** `ChecksumSHA256` -> base64 */
  checksums: Record<string, string>;
  /** The name of its bytes on disk. */
  blob: string;
}

export type UploadedPart = Pick<StoredObject, 'ETag' | 'Size' | 'checksums' | 'blob'>;

export interface MultipartUpload {
  UploadId: string;
  Key: string;
  Initiated: string;
  ContentType: string;
  Fields?: Record<string, string>;
  Metadata: Record<string, string>;
  Tags: Tags;
  ChecksumAlgorithm?: string;
  /** By number. */
  parts: Record<string, UploadedPart>;
}

export interface Bucket {
  Name: string;
  Region: string;
  CreationDate: string;
  Tags: Tags;
  /** `BucketEncryption` -> the document that was put. */
  settings: Record<string, Readonly<Record<string, unknown>>>;
  objects: Record<string, StoredObject>;
  uploads: Record<string, MultipartUpload>;
}

export interface Certificate {
  CertificateArn: string;
  DomainName: string;
  SubjectAlternativeNames: string[];
  IdempotencyToken?: string;
  KeyAlgorithm: string;
  /** Epoch milliseconds. */
  CreatedAt: number;
  /** Epoch milliseconds; absent as long as it waits for its records. */
  IssuedAt?: number;
  /** The CNAME that proves each name. */
  ResourceRecords: Record<string, { Name: string; Value: string }>;
  Tags: Tags;
}

export interface RecordSet {
  /** With the dot at the end. */
  Name: string;
  Type: string;
  TTL?: number;
  Values: string[];
  AliasTarget?: { HostedZoneId: string; DNSName: string; EvaluateTargetHealth: boolean };
  /** Epoch milliseconds. */
  changedAt: number;
}

export interface HostedZone {
  Id: string;
  /** With the dot at the end. */
  Name: string;
  CallerReference: string;
  Comment?: string;
  PrivateZone: boolean;
  /** By `name type`. */
  records: Record<string, RecordSet>;
}

export interface ApiMapping {
  ApiMappingId: string;
  ApiId: string;
  Stage: string;
  /** '' for the whole domain. */
  ApiMappingKey: string;
}

export interface DomainName {
  DomainName: string;
  CertificateArn: string;
  ApiGatewayDomainName: string;
  SecurityPolicy: string;
  IpAddressType: string;
  RoutingMode: string;
  Tags: Tags;
  mappings: Record<string, ApiMapping>;
}

export interface ScheduleGroup {
  Name: string;
  /** Epoch milliseconds. */
  CreationDate: number;
  Tags: Tags;
}

/** A schedule of EventBridge Scheduler; times are epoch milliseconds. */
export interface Schedule {
  Name: string;
  GroupName: string;
  ScheduleExpression: string;
  ScheduleExpressionTimezone: string;
  State: 'ENABLED' | 'DISABLED';
  Description?: string;
  StartDate?: number;
  EndDate?: number;
  FlexibleTimeWindow: { Mode: 'OFF' | 'FLEXIBLE'; MaximumWindowInMinutes?: number };
  ActionAfterCompletion: 'NONE' | 'DELETE';
  Target: ScheduleTarget;
  CreationDate: number;
  LastModificationDate: number;
  /** Of the call that made it: the same call again is not another one. */
  ClientToken?: string;
  /** When it ran last, if it did since it was changed. */
  lastRun?: number;
}

export interface ScheduleTarget {
  /** Of a function, a version or an alias. */
  Arn: string;
  RoleArn: string;
  Input?: string;
  RetryPolicy?: { MaximumEventAgeInSeconds?: number; MaximumRetryAttempts?: number };
}

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

export interface AlarmHistoryItem {
  HistoryItemType: 'ConfigurationUpdate' | 'StateUpdate' | 'Action';
  HistorySummary: string;
  /** JSON. */
  HistoryData: string;
  /** Epoch milliseconds. */
  Timestamp: number;
}

/** An alarm on one metric. Times are epoch milliseconds. */
export interface Alarm {
  AlarmName: string;
  AlarmDescription?: string;
  ActionsEnabled: boolean;
  OKActions: string[];
  AlarmActions: string[];
  InsufficientDataActions: string[];
  Namespace: string;
  MetricName: string;
  Dimensions: { Name: string; Value: string }[];
  /** `Sum`, ... or `p95`. */
  Stat: string;
  /** Seconds. */
  Period: number;
  Unit?: string;
  EvaluationPeriods: number;
  DatapointsToAlarm?: number;
  Threshold: number;
  ComparisonOperator: string;
  TreatMissingData?: 'breaching' | 'notBreaching' | 'ignore' | 'missing';
  AlarmConfigurationUpdatedTimestamp: number;
  StateValue: AlarmState;
  StateReason: string;
  /** JSON. */
  StateReasonData?: string;
  StateUpdatedTimestamp: number;
  StateTransitionedTimestamp: number;
  Tags: Tags;
  /** Newest first. */
  history: AlarmHistoryItem[];
}

export interface Topic {
  Name: string;
  /** Those that were set: DisplayName, Policy, DeliveryPolicy. */
  Attributes: Record<string, string>;
  Tags: Tags;
  /** By the last part of their ARNs. */
  subscriptions: Record<string, Subscription>;
}

export interface Subscription {
  Protocol: 'email' | 'email-json' | 'http' | 'https' | 'lambda' | 'sms';
  Endpoint: string;
  /** What confirms it; absent once it is confirmed. */
  token?: string;
  RawMessageDelivery: boolean;
}

/** A mail or a text message: nobody delivers it, so it is kept for whoever asks. */
export interface Message {
  /** ISO 8601. */
  readonly time: string;
  readonly protocol: Subscription['Protocol'];
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

export interface State {
  version: 1;
  roles: Record<string, Role>;
  /** Inline policies of the one user there is, who calls from outside: name -> policy document as sent. */
  userPolicies: Record<string, string>;
  functions: Record<string, LambdaFunction>;
  apis: Record<string, HttpApi>;
  logGroups: Record<string, LogGroup>;
  parameters: Record<string, Parameter>;
  buckets: Record<string, Bucket>;
  certificates: Record<string, Certificate>;
  hostedZones: Record<string, HostedZone>;
  domainNames: Record<string, DomainName>;
  /** By name; `default` always exists. */
  scheduleGroups: Record<string, ScheduleGroup>;
  /** By `group/name`. */
  schedules: Record<string, Schedule>;
  alarms: Record<string, Alarm>;
  topics: Record<string, Topic>;
  /** Oldest first. */
  messages: Message[];
}

export interface InvokeRequest {
  readonly functionName: string;
  /** `$LATEST`, a version number or an alias; default `$LATEST`. */
  readonly qualifier?: string;
  readonly payload: Uint8Array;
  /** JSON of the client, which the function gets beside the event. */
  readonly clientContext?: string;
  /** Waits until the log of the invocation is complete, which it is after the answer. */
  readonly withLog: boolean;
}

export interface InvokeResult {
  readonly payload: Uint8Array;
  readonly executedVersion: string;
  /** `Unhandled` when the function failed; the payload then is `{errorType, errorMessage, ...}`. */
  readonly functionError?: string;
  /** The last 4 KB of the invocation's log, if it was asked for. */
  readonly logTail: string;
  readonly requestId: string;
}

/** What the AWS APIs need of the part that runs functions. */
export interface Engine {
  /** Runs one invocation. Rejects with an AwsError when the function, version or alias does not exist or is throttled. */
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** Code or configuration of a function changed, or it is gone: environments of versions that no longer exist are retired. */
  refresh(functionName: string): void;
  /** How far the provisioned environments of a version have come. */
  provisioning(version: FunctionVersion): Provisioning;
}

export interface Provisioning {
  /** Initialised and waiting, or at work. */
  readonly available: number;
  /** `available`, and those in their init. */
  readonly allocated: number;
  /** An init failed: no more are started until code, configuration or the number wanted changes. */
  readonly failed: boolean;
}

/** What the AWS APIs need of the front doors. */
export interface FrontDoors {
  /** Opens the front door of an API (or keeps it open) and gives its base URL, `http://127.0.0.1:<port>`. */
  open(api: HttpApi): Promise<string>;
  close(apiId: string): Promise<void>;
  url(api: HttpApi): string;
  /** The same for a Function URL; its URL ends in a slash, as AWS's do. */
  openUrl(functionName: string, qualifier: string, url: FunctionUrl): Promise<string>;
  closeUrl(urlId: string): Promise<void>;
  functionUrl(url: FunctionUrl): string;
}
