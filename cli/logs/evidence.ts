/** The last output of an app before it failed, from the log of one invocation. */
import { withoutControls } from '../output/format.ts';
import { toRecord } from './record.ts';

const linesShown = 12;
/** Frames inside Node say nothing of the app, and newer Nodes have enough of them to push its own file out of sight. */
const frameOfNode = /^\s+at (?:.*\()?node:/;

/** The first frames inside packages tell which of them failed; the others may push out of sight what it said. */
const frameOfPackage = /^\s+at .*\bnode_modules\//;
const packageFramesShown = 3;

/** How the line begins that tells of it. */
export const listensElsewhere = 'It listens on port';

/** The lines a person wants to see, oldest first: the output our own error records carry, else all that was printed. */
export function readAppOutput(log: string): string[] {
  const records = log
    .split('\n')
    .filter(Boolean)
    .map((line) => toRecord(line, 0));
  const carried = records.flatMap(({ fields }) => strings(fields.stderr) ?? strings(fields.stdout) ?? []);
  const printed = records
    .filter(({ level, message }) => level !== 'debug' && message !== 'response')
    .map(({ message }) => message);
  const lines = unique(carried.length > 0 ? carried : printed).filter((line) => !frameOfNode.test(line));
  const ports = records.flatMap(({ fields }) => (Array.isArray(fields.listens_on) ? fields.listens_on : []));
  const hint =
    ports.length > 0
      ? [`${listensElsewhere} ${unique(ports.map(String)).join(', ')}, not on the PORT it was given.`]
      : [];
  return [...fitting(lines).slice(-linesShown).map(withoutControls), ...hint];
}

/** Without frames of packages, but for the first of each stack, where there is no room for all. */
function fitting(lines: readonly string[]): readonly string[] {
  if (lines.length <= linesShown) return lines;
  let seen = 0;
  return lines.filter((line) => {
    seen = frameOfPackage.test(line) ? seen + 1 : 0;
    return seen <= packageFramesShown;
  });
}

const longestWait = 900;

/** What helps an app that came to listen nowhere while it was waited for; undefined when it failed in another way. */
export function howToWait(failure: string, output: readonly string[]): string | undefined {
  const [, seconds] = /\bdid not listen on PORT within (\d+) s\b/.exec(failure) ?? [];
  if (seconds === undefined || output.some((line) => line.startsWith(listensElsewhere))) return undefined;
  const longer = Math.min(Number(seconds) * 2, longestWait);
  return `let it listen on the PORT of its environment. If it only needs longer to start, say {"proxy": {"listen_timeout": ${longer}}} in up.json, or give it more lambda.memory, with which its processor grows`;
}

function strings(value: unknown): string[] | null {
  return Array.isArray(value) && value.length > 0 ? value.map(String) : null;
}

/** Two records of the same failure carry the same lines, and runs that fail alike print them. */
function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
