/** The tags that tell what is ours, and what an app has. */

export interface Tags {
  readonly [name: string]: string;
}

/**
 * Tags of the function that say what else a stage, or the app, has. The function is read anyway: so a deploy looks for
 * schedules and the like only where there are some. Written before the thing is made, removed after it is gone.
 */
export const marks = {
  warm: (stage: string) => `up:warm:${stage}`,
  provisioned: (stage: string) => `up:provisioned:${stage}`,
  reserved: () => 'up:reserved',
  alerts: (stage: string) => `up:alerts:${stage}`,
  tags: () => 'up:tags',
} as const;

/** Nothing is made without them, and nothing without them is touched. */
export const appTags = (app: string): Tags => ({ 'up:app': app });
export const stageTags = (app: string, stage: string): Tags => ({ 'up:app': app, 'up:stage': stage });

/** Which tags of the function are those of up.json: their names. None for no tags. */
export function namesMark(names: Iterable<string>): Tags {
  const list = [...new Set(names)].sort();
  return list.length === 0 ? {} : { [marks.tags()]: list.join(' ') };
}

/** The bucket is that of all apps. */
export const bucketTags: Tags = { 'up:bucket': 'artifacts' };

/** Of a function whose app has parameters, or has had some: a deploy of any other does not ask for them. */
export const parametersTag: Tags = { 'up:parameters': 'yes' };

export function isOurs(tags: Tags | undefined, app: string): boolean {
  return tags?.['up:app'] === app;
}
