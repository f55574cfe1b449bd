/** Findings for a person: a mark, a label, what was found, and below a failure what shows it and what fixes it. Pure. */
import { count } from '../output/format.ts';
import type { Style } from '../output/style.ts';
import { wrap } from '../output/wrap.ts';
import type { Finding } from './finding.ts';

const columns = 80;
const labelWidth = 11;
const indent = ' '.repeat(2 + labelWidth);

export function renderFindings(findings: readonly Finding[], style: Style): string {
  return [...findings.flatMap((finding) => renderFinding(finding, style)), '', summary(findings)].join('\n');
}

function renderFinding({ check, state, text, evidence = [], fix, hint }: Finding, style: Style): string[] {
  const marks = { ok: style.ok, warn: style.warn, fail: style.fail, skipped: '-' };
  const advice = fix === undefined ? hint : fix;
  return [
    ...wrap(text, columns - indent.length).map((line, index) =>
      index === 0
        ? `${marks[state]} ${check.padEnd(labelWidth)}${check.length < labelWidth ? '' : ' '}${line}`
        : indent + line,
    ),
    ...evidence
      .flatMap((line) => (line.length <= columns - indent.length ? [line] : wrap(line, columns - indent.length)))
      .map((line) => `${indent}${line}`.trimEnd()),
    ...(advice === undefined ? [] : [`${indent}Fix: ${advice}`]),
  ];
}

export function problemsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ state }) => state === 'fail');
}

function summary(findings: readonly Finding[]): string {
  const problems = problemsOf(findings).length;
  const warnings = findings.filter(({ state }) => state === 'warn').length;
  if (problems + warnings === 0) return '  All is well';
  return `  ${[problems > 0 ? count(problems, 'problem') : '', warnings > 0 ? count(warnings, 'warning') : ''].filter(Boolean).join(', ')}`;
}
