/** The words that go with a status. */

/**
 * `Not Found` for 404; undefined for what Node does not know. Asked for, not imported: an import reads all that a module
 * exports, and among what node:http exports are getters that load the whole of fetch, 20 ms of a cold start.
 */
export function reasonOf(status: number): string | undefined {
  return process.getBuiltinModule('node:http').STATUS_CODES[status];
}
