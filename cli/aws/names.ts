/** Deterministic names: what a deploy finds again without remembering anything. */
export interface Tags {
  readonly [name: string]: string;
}

export const roleName = (app: string) => `${app}-function`;
export const policyName = 'up';
export const logGroupName = (app: string) => `/aws/lambda/${app}`;
export const apiName = (app: string, stage: string) => `${app}-${stage}`;
/** One name whatever the API: a statement's name is taken once, so it also says which API of two is the stage's. */
export const permissionId = (stage: string) => `up-${stage}-api`;
/** Of every statement of ours. */
export const permissionPrefix = (stage: string) => `up-${stage}-`;

/** Bucket names are one name space for everybody: the account keeps two of ours apart. */
export const bucketName = (account: string, region: string) => `up-${account}-${region}`;
export const artifactPrefix = (app: string) => `${app}/`;
/** `sha256` as Lambda prints it, in base64, which may hold slashes. */
export const artifactKey = (app: string, sha256: string) =>
  `${artifactPrefix(app)}${Buffer.from(sha256, 'base64').toString('hex')}.zip`;
export const parameterPath = (app: string, scope: string) => `/up/${app}/${scope}`;

/** Nothing is made without them, and nothing without them is touched. */
export const appTags = (app: string): Tags => ({ 'up:app': app });
export const stageTags = (app: string, stage: string): Tags => ({ 'up:app': app, 'up:stage': stage });

/** The bucket is that of all apps. */
export const bucketTags: Tags = { 'up:bucket': 'artifacts' };

/** Of a function whose app has parameters, or has had some: a deploy of any other does not ask for them. */
export const parametersTag: Tags = { 'up:parameters': 'yes' };

export function isOurs(tags: Tags | undefined, app: string): boolean {
  return tags?.['up:app'] === app;
}
