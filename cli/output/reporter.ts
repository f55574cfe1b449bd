/**
 * Progress on stderr: a gutter of two characters, a label of 11, the value, the duration at the right. Off a terminal,
 * one plain line for each finished step. With --json or -q, nothing.
 */
import type { Writable } from 'node:stream';
import { renderBar } from './bar.ts';
import { cut, oneLine, seconds } from './format.ts';
import { isDotted } from './spinner.ts';
import type { Style } from './style.ts';

/** What a step is at, and how much of it is done where that is known: from 0 to 1. */
export type Say = (text: string, done?: number) => void;

export interface Reporter {
  /** A fact, without a mark. */
  info(label: string, text: string): void;
  warn(label: string, text: string): void;
  /** Runs a step; the text it returns is what is shown of it. */
  step<T>(label: string, work: (say: Say) => Promise<T>): Promise<T>;
  /** The end of a deploy, where it is live, for a person; false when this reporter does not speak to one. */
  live(url: string, milliseconds: number): boolean;
}

export interface ReporterOptions {
  readonly stderr: Writable;
  readonly style: Style;
  /** Asked again with every line: a terminal may be made narrower meanwhile. */
  readonly columns: number;
  /** Of the spinner; none, and there is no spinner. */
  readonly frames: readonly string[];
}

const labelWidth = 11;

/** What is longer than the column, as the name of a stage may be, still ends before the value. */
function labelled(label: string): string {
  return `${label} `.padEnd(labelWidth);
}

export function textReporter(options: ReporterOptions): Reporter {
  const { stderr, style } = options;
  const width = () => Math.min(options.columns, 80);
  let spinner: Spinner | undefined;
  const line = (mark: string, label: string, text: string, time = '') => {
    const left = `${labelled(label)}${text}`;
    const gap = Math.max(1, width() - 2 - left.length - time.length);
    spinner?.clear();
    stderr.write(`${mark} ${left}${time && ' '.repeat(gap) + style.dim(time)}\n`);
  };
  return {
    info: (label, text) => line(' ', label, text),
    warn: (label, text) => line(style.warn, label, text),
    live: (url, milliseconds) => {
      const time = seconds(milliseconds);
      const gap = Math.max(1, width() - 2 - url.length - time.length);
      return stderr.write(`\n${style.live} ${url}${' '.repeat(gap)}${style.dim(time)}\n`) || true;
    },
    async step(label, work) {
      const started = performance.now();
      const turning = spin(options, label);
      spinner = turning;
      let text = '';
      try {
        const result = await work((said, done) => {
          text = said;
          turning.say(said, done);
        });
        turning.end();
        line(style.ok, label, text, seconds(performance.now() - started));
        return result;
      } finally {
        turning.end();
        spinner = undefined;
      }
    },
  };
}

interface Spinner {
  readonly say: Say;
  /** Clears its line, for one that stays; it comes back below. */
  clear(): void;
  end(): void;
}

/** A spinner on the current line, gone without a trace when the step ends. */
function spin(options: ReporterOptions, label: string): Spinner {
  const { stderr, frames } = options;
  let [text, bar] = ['', ''];
  let frame = 0;
  let shown = false;
  const draw = () => {
    shown = true;
    const line = `${frames[frame++ % frames.length]} ${labelled(label)}${bar}${oneLine(text)}`;
    // What reached the last column would be two lines, and only the second of them goes away.
    stderr.write(`\r\u001b[K${cut(line, options.columns - 1)}`);
  };
  const clear = () => {
    if (shown) stderr.write('\r\u001b[K');
    shown = false;
  };
  const timer = frames.length > 0 ? setInterval(draw, 80).unref() : undefined;
  return {
    say(said, done) {
      text = said;
      bar = done === undefined ? '' : `${renderBar(done, isDotted(frames))}  `;
    },
    clear,
    end() {
      clearInterval(timer);
      clear();
    },
  };
}

export function plainReporter({ stderr }: { stderr: Writable }): Reporter {
  const line = (label: string, text: string, time = '') =>
    stderr.write(`${label && `${label.toLowerCase()}: `}${text}${time}\n`);
  return {
    info: (label, text) => void line(label, text),
    warn: (label, text) => void line(`warning: ${label}`, text),
    live: () => false,
    async step(label, work) {
      const started = performance.now();
      let text = '';
      const result = await work((said) => {
        text = said;
      });
      line(label, text, ` (${seconds(performance.now() - started)})`);
      return result;
    },
  };
}

/** Whatever is reported goes through `hide` first. */
export function hidingReporter(reporter: Reporter, hide: (text: string) => string): Reporter {
  return {
    info: (label, text) => reporter.info(label, hide(text)),
    warn: (label, text) => reporter.warn(label, hide(text)),
    live: reporter.live,
    step: (label, work) => reporter.step(label, (say) => work((text, done) => say(hide(text), done))),
  };
}

export const silentReporter: Reporter = {
  info() {},
  warn() {},
  live: () => false,
  step: (_label, work) => work(() => {}),
};
