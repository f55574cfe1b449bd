/** An error on stderr: what happened, the evidence, the fix. For programs: one JSON object. */
import { withoutRepeats } from '../argv/place.ts';
import type { UpError } from '../errors.ts';
import type { Style } from './style.ts';
import { visible } from './visible.ts';
import { wrap } from './wrap.ts';

/** `again` is the command that was run, for errors after which it is worth running once more. */
export function renderError(error: UpError, style: Style, columns: number, again?: string): string {
  const width = Math.min(columns, 80) - 2;
  const lines = [...title(error, style, width)];
  if (error.evidence) lines.push(...error.evidence.split('\n').map((line) => (line === '' ? '' : `  ${line}`)));
  lines.push(...fix(error, width));
  if (again !== undefined) lines.push(`  Then       ${again}`);
  return `${lines.join('\n')}\n`;
}

const label = '  Fix        ';
const noBreak = '\u00a0';

/** A command is one line, to be copied; words are wrapped under each other, but for commands among them. */
function fix({ hint, next }: UpError, width: number): string[] {
  const whole = next.reduce(
    (text, command) => text.replaceAll(command, command.replaceAll(' ', noBreak)),
    visible(hint),
  );
  const wrapped = wrap(whole, width + 2 - label.length).map((line) => line.replaceAll(noBreak, ' '));
  const lines = hint.startsWith('up ') ? [visible(hint)] : wrapped;
  return lines.map((line, index) => (index === 0 ? label : ' '.repeat(label.length)) + line);
}

/** The message, its lines wrapped at words, and the code at the right of the last line or below it. */
function title({ message, code }: UpError, style: Style, width: number): string[] {
  const lines = visible(message)
    .split('\n')
    .flatMap((line) => wrap(line, width));
  const last = lines.pop() ?? '';
  const gap = width - last.length - code.length;
  lines.push(...(gap >= 2 ? [`${last}${' '.repeat(gap)}${style.dim(code)}`] : [last, style.dim(code.padStart(width))]));
  return lines.map((line, index) => `${index === 0 ? style.fail : ' '} ${line}`);
}

export function errorJson(error: UpError, again?: string): string {
  const { code, message, hint, evidence } = error;
  const next = again === undefined ? error.next : withoutRepeats([...error.next, again]);
  return `${JSON.stringify({ error: { code, message, hint, next, ...(evidence !== undefined && { evidence }) } })}\n`;
}
