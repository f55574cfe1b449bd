/** How a run of the app went, for people: what is logged with its failures, and what requests are told of them. */
import type { Evidence } from '../../http/error.ts';
import type { Redaction } from '../../http/redact.ts';
import { redactLine, saidBy } from './capture.ts';
import { listeningPorts } from './descendants.ts';
import { wasOutOfMemory } from './memory.ts';
import type { Exit } from './process.ts';
import type { Run } from './run.ts';

/** Characters. */
const longestSaid = 500;

export type RunEvidence = ReturnType<typeof createEvidence>;

/** `command`: what the app is. What it printed is `redacted` here too. */
export function createEvidence(command: string, redaction: Redaction | undefined) {
  function shown(lines: readonly string[]): readonly string[] {
    return redaction ? lines.map((line) => redactLine(line, redaction)) : lines;
  }

  /** Of a run that is not answering yet, or no more. */
  function ofWait(run: Run): Evidence {
    const stderr = run.stderr.lines();
    return {
      command,
      port: run.app.port,
      ...(run.otherPorts.size > 0 && { listens_on: [...run.otherPorts] }),
      ...(stderr.length > 0 ? { stderr: shown(stderr) } : { stdout: shown(run.stdout.lines()) }),
    };
  }

  return {
    ofWait,
    /** Of one that does not come to listen on PORT. What the hook did not see, /proc shows. */
    ofPorts(run: Run): Evidence {
      const ports = new Set([...run.otherPorts, ...listeningPorts(run.app.mark)]);
      return { ...ofWait(run), ...(ports.size > 0 && { listens_on: [...ports] }) };
    },
    ofExit(run: Run, { code, signal }: Exit): Evidence {
      return {
        ...ofWait(run),
        exit_code: code,
        signal,
        restarts: run.number,
        ...(signal === 'SIGKILL' && wasOutOfMemory() && { likely: 'out of memory' }),
      };
    },
    /** A sentence. */
    exitMessage(run: Run, { error, code, signal }: Exit): string {
      if (error) return `the app could not be started: ${describeSpawnError(error, command)}`;
      const how = signal ? `was ended by ${signal}` : `exited with code ${code}`;
      return run.address === null ? `the app ${how} before listening on PORT` : `the app ${how}`;
    },
    /** The last line it printed since there were `count`; null for none. */
    saidSince(run: Run, count: number): string | null {
      const line = run.last.since(count);
      return line && saidBy(line, redaction).slice(0, longestSaid);
    },
  };
}

function describeSpawnError(error: NodeJS.ErrnoException, command: string): string {
  if (error.code === 'ENOENT') return `"${command}": no such program in the package or on PATH`;
  if (error.code === 'EACCES') return `"${command}": not executable`;
  return error.message;
}
