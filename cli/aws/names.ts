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

/** Nothing is made without them, and nothing without them is touched. */
export const appTags = (app: string): Tags => ({ 'up:app': app });
export const stageTags = (app: string, stage: string): Tags => ({ 'up:app': app, 'up:stage': stage });

export function isOurs(tags: Tags | undefined, app: string): boolean {
  return tags?.['up:app'] === app;
}
