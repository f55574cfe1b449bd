/**
 * Logs the error that ends this process as one record. Node itself would print the failing line of the bundle, which is
 * a whole file.
 */
export function writeFatal(message: string): void {
  const record = { timestamp: new Date().toISOString(), level: 'fatal', message, fields: {} };
  process.stderr.write(`${JSON.stringify(record)}\n`);
}
