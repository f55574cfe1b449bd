/** `node_modules`, as paths of a package tell of it. */

/** The folder itself is in none: what a rule says of it does not reach into it. */
export function isInModules(path: string): boolean {
  return /(?:^|\/)node_modules\/./.test(path);
}

/** `node_modules/a/node_modules/@b/c` of any path in that package: the key lock files use. */
export function packageOf(path: string): string {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? '';
}
