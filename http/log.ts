/** What the parts of the proxy need of a logger: a level, a stable message and fields. */
export type Level = 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export type Fields = Readonly<Record<string, unknown>>;

export type Log = {
  readonly [level in Level]: (message: string, fields?: Fields) => void;
};

/** What every record of an app carries. */
export interface LogIdentity {
  readonly app: string;
  readonly stage: string;
  readonly version: string;
  readonly commit: string;
}
