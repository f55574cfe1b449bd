/**
 * Which line of an app's output continues the one before it, so that a stack trace is one record. Only what is
 * unmistakable: a line that is not indented is never joined but where one of these patterns says so.
 */
import { datedLevel, pythonLevel } from './python-levels.ts';

interface Rule {
  readonly reason: string;
  /** The line itself; absent: any line. */
  readonly line?: RegExp;
  /** The line directly before it; absent: any line. */
  readonly previous?: RegExp;
  /** Also after empty lines. */
  readonly spaced?: true;
}

/** A trace whose lines are only known as such because of how it began. */
export interface Report {
  readonly opening: RegExp;
  readonly rules: readonly Rule[];
  /** From the line that `opening` of it describes, other rules hold. */
  readonly goesOn?: Report;
}

const indented = /^\s/;
const phpFrame = /^#\d+ /;

const anywhere = [
  { reason: 'frames, fields and causes are indented below what they belong to', line: /^\s+\S/ },
  {
    reason: 'a bracket closes what an indented block, or an empty one, has opened',
    line: /^[}\])]+[;,]?$/,
    previous: /^\s|[{[(]$/,
  },
  { reason: 'Node: a hint belongs to the warning before it', line: /^\(Use [`'].*node --trace-/ },
  { reason: 'Java: an exception has a cause', line: /^Caused by: /, previous: indented },
  { reason: 'PHP: the trace stands below the error', line: /^Stack trace:$/ },
  { reason: 'PHP: the frames are numbered', line: phpFrame, previous: /^Stack trace:$|^#\d+ / },
  { reason: 'PHP: an exception has a next one', line: /^Next \S+: /, previous: phpFrame, spaced: true },
] as const satisfies readonly Rule[];

/** An uncaught error is preceded by its place, the line of source and a caret. */
const nodePlace = /^(?:node:\S+|(?:file:\/\/)?\/.+\.[cm]?[jt]sx?|\[(?:eval|stdin)\]):\d+$/;

/** Nobody caught it, so nothing comes before the end of the report: a message may have any lines. */
const nodeThrown: Report = {
  opening: /^\s*\^+$/,
  rules: [{ reason: 'what was thrown stands below the caret', previous: /^(?!Node\.js v\d)/, spaced: true }],
};

const node: Report = {
  opening: nodePlace,
  rules: [
    { reason: 'the source line stands below its place', previous: nodePlace },
    { reason: 'the caret points into the source line', line: /^\^+$/ },
  ],
  goesOn: nodeThrown,
};

const pythonTrace = /^Traceback \(most recent call last\):/;
const pythonChain = /^(?:During handling of the above exception|The above exception was the direct cause)/;

/** A syntax error begins with its place, indented like any other. */
const pythonPlace = /^ +File ".*", line \d+$/;

const python: Report = {
  opening: /^Traceback \(most recent call last\):|^ +File ".*", line \d+/,
  rules: [
    { reason: 'the exception ends the frames', line: /^\S/, previous: indented },
    { reason: 'an exception has a cause or a context', line: pythonChain, spaced: true },
    { reason: 'whose traceback follows', line: pythonTrace, previous: pythonChain, spaced: true },
  ],
};

/** What is logged with an exception has its traceback below it; the last is how Django says that a request failed. */
const pythonLogged: Report = {
  opening: new RegExp(`${pythonLevel.source}|${datedLevel.source}|^Internal Server Error: /`),
  rules: [{ reason: 'the traceback of what is logged', line: pythonTrace }],
  goesOn: python,
};

const goroutine = /^goroutine \d+ .*\[.+\]:$/;

const go: Report = {
  opening: /^panic: |^fatal error: |: panic serving |^SIG[A-Z]+: |^goroutine \d+ .*\[.+\]:$/,
  rules: [
    { reason: 'the goroutines stand below a panic', line: goroutine, spaced: true },
    { reason: 'the signal stands below a panic', line: /^\[signal / },
    { reason: 'a function, whose place is indented below it', line: /^\S+\(.*\)$/, previous: goroutine },
    { reason: 'the function that called it', line: /^\S+\(.*\)$/, previous: indented },
    { reason: 'where the goroutine was started', line: /^created by /, previous: indented },
    { reason: 'frames are left out in the middle', line: /^\.\.\..* frames elided\.\.\.$/ },
    { reason: 'the registers end the report of a fault', line: /^r\w+ +0x[0-9a-f]+$/, spaced: true },
    { reason: '`go run` says how the program ended', line: /^exit status \d+$/ },
  ],
};

const rust: Report = {
  opening: /^thread '.*' .*panicked at /,
  rules: [
    { reason: 'what it panicked with', previous: /^thread '.*' .*panicked at .*:$/ },
    { reason: 'the frames', line: /^stack backtrace:$/ },
    { reason: 'a hint belongs to the panic', line: /^note: / },
  ],
};

const reports: readonly Report[] = [node, python, pythonLogged, go, rust];

/** One search says of nearly every line that it is none of these: an app may print a million a second. */
const opening = anyOf(reports.map((report) => report.opening));
const continuation = anyOf(anywhere.map((rule) => rule.line));

function anyOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'));
}

/** The report that begins with this line. */
export function reportOf(line: string): Report | null {
  if (!opening.test(line)) return null;
  return reports.find((report) => report.opening.test(line)) ?? null;
}

/** The rules that hold below this line, which belongs to the report. */
export function reportBelow(report: Report | null, line: string): Report | null {
  return report?.goesOn?.opening.test(line) ? report.goesOn : report;
}

/** A line as it stands among the others of its stream. */
export interface Place {
  readonly line: string;
  readonly previous: string;
  readonly report: Report | null;
  /** Empty lines stand before it. */
  readonly spaced: boolean;
}

export function continues(place: Place): boolean {
  if (continuation.test(place.line) && anywhere.some((rule) => applies(rule, place)))
    return place.report !== null || !pythonPlace.test(place.line);
  return place.report?.rules.some((rule) => applies(rule, place)) ?? false;
}

function applies(rule: Rule, { line, previous, spaced }: Place): boolean {
  if (spaced && !rule.spaced) return false;
  return (rule.line?.test(line) ?? true) && (rule.previous?.test(previous) ?? true);
}

/**
 * The first line of an error as Node, and Java, print it. Its message may have any lines before the frames, as those of
 * Prisma and Drizzle have.
 */
const errorLine = /^(?:[\w$]+\.)*(?:[A-Z]\w*)?(?:Error|Exception)(?: \[\w+\])?:(?: |$)/;
const frame = /^\s+at \S/;

export function opensMessage(line: string): boolean {
  // Nearly every line has neither word, which is found out in a fraction of the time.
  return (line.includes('Error') || line.includes('Exception')) && errorLine.test(line);
}

export function endsMessage(line: string): boolean {
  return frame.test(line);
}

/** JSON is a record by itself: it neither continues another nor is continued. */
export function isJson(line: string): boolean {
  return line.startsWith('{') && line.endsWith('}');
}
