/** The stage of a preview, out of what somebody calls it: a branch, as a rule. */
import { createHash } from 'node:crypto';
import { longestPreviewName, previewPrefix } from '../../config/index.ts';
import { UpError } from '../errors.ts';

/** `feature/Login page` -> `preview-feature-login-page`. A long name is cut, and ends in a hash of the whole. */
export function previewStage(name: string): string {
  const slug = name
    .toLowerCase()
    .replace(/^preview-/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (slug === '')
    throw new UpError('UP_USAGE', `"${name}" has no letter or digit to name a preview with`, {
      hint: 'up deploy --preview my-branch',
    });
  return previewPrefix + (slug.length > longestPreviewName ? shortened(slug, name) : slug);
}

const hashLength = 6;

function shortened(slug: string, name: string): string {
  const hash = createHash('sha256').update(name).digest('hex').slice(0, hashLength);
  return `${slug.slice(0, longestPreviewName - hashLength - 1).replace(/-$/, '')}-${hash}`;
}
