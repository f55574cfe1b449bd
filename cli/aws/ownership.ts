/** Whose a resource is: ours carries the tag of the app, and nothing else is ever changed. */
import { UpError } from '../errors.ts';
import { isOurs, type Tags } from './tags.ts';

/** Throws UP_NOT_OURS for a resource of the wanted name that somebody else made. */
export function requireOurs(tags: Tags | undefined, what: string, app: string): void {
  if (isOurs(tags, app)) return;
  throw new UpError('UP_NOT_OURS', `The ${what} exists, but it was not made by up for the app "${app}"`, {
    hint: `choose another "name" in up.json, or give the resource the tag up:app=${app}`,
  });
}
