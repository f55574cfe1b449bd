/**
 * Pages as apex/up had them, in the part of Go's templates that they used: `{{.StatusCode}}`, `{{.StatusText}}`,
 * `{{.Variables.name}}`, and `{{.RequestID}}`. Nothing else is understood, and what is filled in is always escaped.
 */
import { escapeHtml } from '../escape.ts';
import { reasonOf } from '../reason.ts';

export interface PageValues {
  readonly status: number;
  readonly requestId: string;
}

export type Page = (values: PageValues) => string;

export type Variables = Readonly<Record<string, string>>;

export interface PageProblem {
  /** 1-based. */
  readonly line: number;
  readonly message: string;
}

export interface CompiledPage {
  /** Null when the text is none of ours. */
  readonly page: Page | null;
  readonly problems: readonly PageProblem[];
}

type Part = string | Page;

export function compilePage(text: string, variables: Variables): CompiledPage {
  const parts: Part[] = [];
  const problems: PageProblem[] = [];
  let usable = true;
  let end = 0;
  for (let start = text.indexOf('{{'); start !== -1; start = text.indexOf('{{', end)) {
    parts.push(text.slice(end, start));
    const close = text.indexOf('}}', start);
    const action = text.slice(start, close === -1 ? start + 2 : close + 2);
    const { part, problem, fatal } = compileAction(action, variables);
    if (problem) problems.push({ line: lineOf(text, start), message: problem });
    if (fatal) usable = false;
    parts.push(part);
    end = start + action.length;
  }
  parts.push(text.slice(end));
  return { page: usable ? (values) => parts.map((part) => render(part, values)).join('') : null, problems };
}

function render(part: Part, values: PageValues): string {
  return typeof part === 'string' ? part : escapeHtml(part(values));
}

interface Action {
  readonly part: Part;
  readonly problem?: string;
  readonly fatal?: true;
}

const fields: Readonly<Record<string, Page>> = {
  StatusCode: ({ status }) => String(status),
  StatusText: ({ status }) => statusText(status),
  RequestID: ({ requestId }) => requestId,
};

function compileAction(action: string, variables: Variables): Action {
  const name = /^\{\{\s*\.([\p{L}\p{N}_.]+)\s*\}\}$/u.exec(action)?.[1] ?? '';
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (field) return { part: field };
  const variable = /^Variables\.([^.]+)$/.exec(name)?.[1];
  if (variable === undefined) return { part: '', problem: notUnderstood(action), fatal: true };
  const value = Object.hasOwn(variables, variable) ? variables[variable] : undefined;
  if (value === undefined) return { part: '', problem: `the variable "${variable}" is not set in up.json` };
  return { part: () => value };
}

function notUnderstood(action: string): string {
  if (!action.endsWith('}}')) return 'this {{ is never closed';
  const known = '{{.StatusCode}}, {{.StatusText}}, {{.RequestID}} and {{.Variables.name}}';
  return `${action.slice(0, 60)} is not understood: a page may hold ${known}`;
}

export function statusText(status: number): string {
  return reasonOf(status) ?? 'Error';
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
