/** Deterministic names: what a deploy finds again without remembering anything. */
import { createHash } from 'node:crypto';
import type { Identity } from './identity.ts';

export const roleName = (app: string) => `${app}-function`;
export const policyName = 'up';
export const logGroupName = (app: string) => `/aws/lambda/${app}`;
export const apiName = (app: string, stage: string) => `${app}-${stage}`;
export const warmName = (app: string, stage: string) => shortened(`up-${app}-${stage}-warm`);
export const scheduleRoleName = (app: string, stage: string) => shortened(`${app}-${stage}-schedule`);
export const aliasArn = ({ region, account }: Identity, app: string, stage: string) =>
  `arn:aws:lambda:${region}:${account}:function:${app}:${stage}`;
/**
 * The same name for every API: since a statement's name can be taken only once, the statement also decides which of two
 * APIs is the stage's.
 */
export const permissionId = (stage: string) => `up-${stage}-api`;
/** Of every statement of ours. */
export const permissionPrefix = (stage: string) => `up-${stage}-`;

/** Of every alarm and every topic of a stage, or of an app; those of other apps may begin with it as well. */
export const alertPrefix = (app: string, stage: string | null) =>
  stage === null ? `up-${app}-` : `up-${app}-${stage}-`;
export const alarmName = (app: string, stage: string, alert: string) => `${alertPrefix(app, stage)}${alert}`;
export const topicArn = ({ region, account }: Identity, name: string) => `arn:aws:sns:${region}:${account}:${name}`;
/** Of the statement that lets a topic invoke the stage. */
export const topicStatementId = (stage: string, topic: string) => shortened(`${permissionPrefix(stage)}topic-${topic}`);

/** Bucket names are one name space for everybody: the account keeps two of ours apart. */
export const bucketName = (account: string, region: string) => `up-${account}-${region}`;
export const artifactPrefix = (app: string) => `${app}/`;
/** `sha256` as Lambda prints it, in base64, which may hold slashes. */
export const artifactKey = (app: string, sha256: string) =>
  `${artifactPrefix(app)}${Buffer.from(sha256, 'base64').toString('hex')}.zip`;
export const parameterPath = (app: string, scope: string) => `/up/${app}/${scope}`;

/** Names of schedules and roles end at 64 characters: a longer one is cut, and a hash keeps it apart from others. */
function shortened(name: string): string {
  if (name.length <= 64) return name;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${name.slice(0, 55)}-${hash}`;
}
