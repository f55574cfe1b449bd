/**
 * Previews: throw-away stages, `preview-NAME`, for a branch or an idea. One is configured as staging is, but has a URL of
 * its own and no domain. Stages of up.json have no dash in their names, so neither is ever taken for the other.
 */
export const previewPrefix = 'preview-';

/** With the prefix it still is a label of a host name, and its permission an id for Lambda. */
export const longestPreviewName = 48;

export function isPreview(stage: string): boolean {
  const name = stage.slice(previewPrefix.length);
  return (
    stage.startsWith(previewPrefix) && /^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(name) && name.length <= longestPreviewName
  );
}

/** The stage of up.json that a stage takes its configuration from. */
export function configuredAs(stage: string): string {
  return isPreview(stage) ? 'staging' : stage;
}
