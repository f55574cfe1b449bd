/** What is wrong with a configuration, and where. */

/** One thing that is wrong, or that was taken differently than written. */
export interface Problem {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units, as editors count. */
  readonly column: number;
  /** Characters of the offending token, at least 1. */
  readonly length: number;
  /** `lambda.memory`, `regions[0]`; empty for the file as a whole. */
  readonly path: string;
  readonly message: string;
  /** The offending value, where there is one. */
  readonly value?: unknown;
  /** The line holds what nobody else should see, and is not shown. */
  readonly hidesLine?: true;
}

export type ConfigErrorCode = 'UP_CONFIG' | 'UP_STAGE_UNKNOWN';

/** The one error this folder throws. Its message is a headline; the problems say the rest. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ConfigErrorCode, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.code = code;
    this.problems = problems;
  }
}

/** The error for a file with problems. */
export function invalidConfig(file: string, problems: readonly Problem[]): ConfigError {
  const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
  const verb = new Set(problems.map((problem) => problem.file)).size > 1 ? 'have' : 'has';
  return new ConfigError('UP_CONFIG', `${file} ${verb} ${count}`, problems);
}

export type Path = readonly (string | number)[];

/** `["lambda", "policy", 0]` as `lambda.policy[0]`. */
export function renderPath(path: Path): string {
  return path.reduce<string>((text, segment) => text + renderSegment(segment, text === ''), '');
}

function renderSegment(segment: string | number, first: boolean): string {
  if (typeof segment === 'number') return `[${segment}]`;
  if (!/^[$\w]+$/.test(segment)) return `[${JSON.stringify(segment)}]`;
  return first ? segment : `.${segment}`;
}
