/** Prints warnings beside the log of `up start`, each once: one that an edit does not change is not repeated. */
import type { Context } from '../../command.ts';
import type { StartVariables } from '../../env/start.ts';
import type { UpError } from '../../errors.ts';
import { count } from '../../output/format.ts';
import { errorJson, renderError } from '../../output/report-error.ts';
import type { Subject } from './read.ts';

export interface Said {
  warnings(warnings: Subject['warnings']): void;
  files(own: StartVariables): void;
  /** As an error that ends a program is said; this one does not end. */
  failure(error: UpError): void;
}

export function createSaid({ io, flags, report, secrets, style }: Context): Said {
  const before = new Set<string>();

  function once(text: string, say: () => void): void {
    if (before.has(text)) return;
    before.add(text);
    say();
  }

  return {
    warnings(warnings) {
      for (const [label, text] of warnings) once(text, () => report.warn(label, text));
    },
    files({ files }) {
      if (files.length === 0) return;
      const text = files.map((file) => `${count(file.count, 'variable')} of ${file.name}`).join(', ');
      once(text, () => report.info('Variables', text));
    },
    failure(error) {
      const text = flags.json ? errorJson(error) : renderError(error, style, io.columns);
      io.stderr.write(secrets.hide(text));
    },
  };
}
