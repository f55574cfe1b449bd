/** An error on stderr: what happened, the evidence, the fix. For programs: one JSON object. */
import type { UpError } from '../errors.ts';
import type { Style } from './style.ts';

export function renderError(error: UpError, style: Style, columns: number): string {
  const width = Math.min(columns, 80);
  const [first = '', ...rest] = error.message.split('\n');
  const gap = Math.max(2, width - 2 - first.length - error.code.length);
  const lines = [
    `${style.fail} ${first}${' '.repeat(gap)}${style.dim(error.code)}`,
    ...rest.map((line) => `  ${line}`),
  ];
  if (error.evidence) lines.push(...error.evidence.split('\n').map((line) => (line === '' ? '' : `  ${line}`)));
  lines.push(`  Fix        ${error.hint}`);
  return `${lines.join('\n')}\n`;
}

export function errorJson(error: UpError): string {
  const { code, message, hint, next, evidence } = error;
  return `${JSON.stringify({ error: { code, message, hint, next, ...(evidence !== undefined && { evidence }) } })}\n`;
}
