/** Every error a user can meet: one table of code -> exit code and what to do. docs/errors.md is made from it. */

/** What the program ends with, for docs/errors.md. */
export const exitCodes = {
  0: 'ok, also when there was nothing to deploy',
  1: 'failed',
  2: 'usage, or up.json is not valid',
  3: 'credentials',
  4: 'permission denied, or not found',
  5: 'conflict, or locked',
  6: 'AWS or the network is not available',
  130: 'ended by Ctrl-C (SIGINT)',
  143: 'ended by SIGTERM',
} as const;

/** Those of errors. */
export type ExitCode = Exclude<keyof typeof exitCodes, 0 | 130 | 143>;

interface Entry {
  readonly exit: ExitCode;
  /** What it means, for docs/errors.md. */
  readonly means: string;
  /** What to do when the place that throws knows nothing better. */
  readonly hint: string;
  /** Once that is done, the same command goes on where this one ended. */
  readonly again?: true;
}

export const errorTable = {
  UP_USAGE: { exit: 2, means: 'A command, flag or argument is not known or has a bad value.', hint: 'up help' },
  UP_CONFIG: {
    exit: 2,
    means: 'up.json does not parse or holds something it may not hold.',
    hint: 'mend the lines shown',
  },
  UP_CONFIG_UNREADABLE: {
    exit: 2,
    means: 'up.json, or its folder, cannot be read.',
    hint: 'check the path given with -C',
  },
  UP_STAGE_UNKNOWN: { exit: 2, means: 'The stage is not one of up.json.', hint: 'add it under "stages" in up.json' },
  UP_STAGE_LOCAL: {
    exit: 2,
    means: '`development` is what `up start` runs; it is never deployed.',
    hint: 'up staging',
  },
  UP_REGION_MISSING: {
    exit: 2,
    means: 'No region is configured anywhere.',
    hint: 'up --region us-east-1, or set "regions" in up.json',
  },
  UP_APP_NOT_FOUND: {
    exit: 2,
    means: 'The folder holds nothing that looks like an app.',
    hint: 'set "proxy": {"command": "…"} in up.json',
  },
  UP_INIT_EXISTS: {
    exit: 5,
    means: '`up init` would write over a file, or into an app that is there already.',
    hint: 'up init my-app',
  },
  UP_APP_PACKAGE_JSON: { exit: 2, means: 'package.json does not parse.', hint: 'mend package.json' },
  UP_BUILD_TYPESCRIPT: { exit: 1, means: 'esbuild refused the sources.', hint: 'mend the lines shown' },
  UP_HOOK_FAILED: {
    exit: 1,
    means: 'A command of `hooks` failed; nothing was deployed.',
    hint: 'run the command by hand',
  },
  UP_PACKAGE_SYMLINK: {
    exit: 1,
    means: 'A link leads out of the app, is broken or goes round in circles.',
    hint: 'replace the link, or name it in .upignore',
  },
  UP_PACKAGE_UNREADABLE: {
    exit: 1,
    means: 'A file that belongs to the package cannot be read.',
    hint: 'check its permissions, or name it in .upignore',
  },
  UP_PACKAGE_RESERVED: {
    exit: 1,
    means: 'The app has a folder `_up`, where the proxy goes.',
    hint: 'rename the folder',
  },
  UP_PACKAGE_CHANGED: {
    exit: 1,
    means: 'A file changed between being found and being read.',
    hint: 'let whatever writes it finish, and run it again',
  },
  UP_PACKAGE_SECRET: {
    exit: 2,
    means: 'A file that ships holds a key or a token, and this is CI, where nobody reads warnings.',
    hint: 'move it to a secret, or name the file in .upignore: !path/of/it',
  },
  UP_PACKAGE_PROXY: {
    exit: 1,
    means: 'The built proxy is missing from this installation.',
    hint: 'install up again, or npm run build',
  },
  UP_PACKAGE_TOO_LARGE: {
    exit: 2,
    means: 'The package is larger than Lambda allows.',
    hint: 'name large files in .upignore',
  },
  UP_RUNTIME_INTERPRETER: {
    exit: 1,
    means: 'The app needs an interpreter that the Node runtime of Lambda lacks.',
    hint: 'ship the interpreter in the package, or deploy with --local',
  },
  UP_CHECK_FAILED: {
    exit: 1,
    means: 'The package does not boot on this machine; nothing was uploaded.',
    hint: 'up start',
  },
  UP_VERIFY_FAILED: {
    exit: 1,
    means: 'The new version does not answer; the stage still points at the version before.',
    hint: 'up logs',
  },
  UP_WATCH_FAILED: {
    exit: 1,
    means: 'The release failed too often while it was watched, and was taken back.',
    hint: 'up logs',
  },
  UP_ENV_NAME: {
    exit: 2,
    means: 'A variable cannot have this name, or this value.',
    hint: 'up env set --help',
  },
  UP_ENV_FILE: {
    exit: 2,
    means: 'A file of variables does not parse, or would be overwritten.',
    hint: 'mend the line, or give -f to overwrite',
  },
  UP_ENV_KIND: {
    exit: 2,
    means: 'A secret was set as plain, or the other way round.',
    hint: 'up env rm NAME, then set it again',
  },
  UP_ENV_SIZE: {
    exit: 2,
    means: 'The variables of the stage do not fit into a version of a function.',
    hint: 'move values from up.json into parameters: up env set',
  },
  UP_ENV_NOT_FOUND: { exit: 4, means: 'There is no variable of this name.', hint: 'up env ls' },
  UP_LOGS_QUERY: {
    exit: 2,
    means: 'The query of `up logs` cannot be read; the column is said.',
    hint: 'docs/logs.md',
  },
  UP_LOGS_CURSOR: {
    exit: 2,
    means: 'The file of `--cursor` is none of ours, or of another app.',
    hint: 'give another file, or remove it to begin anew',
  },
  UP_PROVISIONED_FAILED: {
    exit: 1,
    means: 'Lambda could not start the environments of `lambda.provisioned`; the stage runs on demand.',
    hint: 'up logs',
  },
  UP_AUTH_MISSING: {
    exit: 3,
    means: 'No AWS credentials were found.',
    hint: 'aws configure, aws sso login, or try it without an account: up --local',
  },
  UP_AUTH_EXPIRED: {
    exit: 3,
    means: 'The AWS credentials have expired or are not valid.',
    hint: 'aws sso login',
    again: true,
  },
  UP_AWS_DENIED: {
    exit: 4,
    means: 'The credentials may not do what was asked.',
    hint: 'allow it, as in docs/permissions.md',
    again: true,
  },
  UP_AWS_NOT_FOUND: { exit: 4, means: 'AWS does not know the resource.', hint: 'up' },
  UP_NOT_DEPLOYED: { exit: 4, means: 'The app has not been deployed to this stage.', hint: 'up' },
  UP_RELEASE_NOT_FOUND: {
    exit: 4,
    means: 'The stage has no such release, or has it no more.',
    hint: 'up releases',
  },
  UP_NOT_OURS: {
    exit: 5,
    means: 'A resource of that name exists and does not carry our tag.',
    hint: 'choose another name in up.json',
  },
  UP_DOMAIN_ZONE: {
    exit: 4,
    means: 'The hosted zone that `zone` of the stage names is not in this account.',
    hint: 'name another, or set "zone": false and add the records where your DNS is',
  },
  UP_DOMAIN_CERTIFICATE: {
    exit: 4,
    means: 'The certificate of a domain does not cover it, or will not be issued.',
    hint: 'set another "cert", or leave it out and one is requested',
  },
  UP_ALERT_NOT_FOUND: {
    exit: 4,
    means: 'The stage has no such alert, or it tells nobody.',
    hint: 'up alerts',
  },
  UP_ALERT_ACTIVE: {
    exit: 5,
    means: 'An alert that is in alarm cannot be tried: it does not go off twice.',
    hint: 'up alerts',
  },
  UP_ALERT_UNDELIVERED: {
    exit: 1,
    means: 'An alarm that was set off did not reach whom it was to tell.',
    hint: 'mend what is named above, and try again',
    again: true,
  },
  UP_DEPLOY_CONFLICT: {
    exit: 5,
    means: 'Somebody else changed the app during this deploy.',
    hint: 'run the same command again',
    again: true,
  },
  UP_PORT_TAKEN: { exit: 5, means: 'The port is in use by another program.', hint: 'up start --port 0' },
  UP_LOCAL_RUNNING: { exit: 5, means: 'A local platform already serves this state directory.', hint: 'up local stop' },
  UP_DOCTOR_PROBLEMS: { exit: 1, means: '`up doctor` has found what does not work.', hint: 'run the fixes shown' },
  UP_PLATFORM: { exit: 1, means: 'Windows cannot freeze processes, as Lambda does.', hint: 'run up in WSL 2' },
  UP_LOCAL_START: { exit: 1, means: 'The local platform did not start.', hint: 'up local' },
  UP_AWS_UNAVAILABLE: {
    exit: 6,
    means: 'AWS, or the endpoint set in its place, cannot be reached or fails.',
    hint: 'check the network and AWS_ENDPOINT_URL, then run it again',
    again: true,
  },
  UP_AWS_FAILED: {
    exit: 1,
    means: 'AWS refused a call for a reason this program does not know.',
    hint: 'see the message of AWS above',
  },
  UP_FILE_SYSTEM: {
    exit: 1,
    means: 'A file or folder this program works with cannot be read or written.',
    hint: 'check that the path exists, its permissions and the space left',
  },
  UP_INTERNAL: { exit: 1, means: 'A bug in up.', hint: 'report it with the output of -v' },
} as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof errorTable;

export interface UpErrorParts {
  /** The next command or edit. Default: the one of the table. */
  readonly hint?: string;
  /** Lines that show the cause, printed as they are. */
  readonly evidence?: string;
  /** Commands that make sense next, for programs. Default: those that the hint proposes. */
  readonly next?: readonly string[];
  readonly cause?: unknown;
}

/** What happened, why one can believe it, and what to do. */
export class UpError extends Error {
  override readonly name = 'UpError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly evidence: string | undefined;
  readonly next: readonly string[];

  constructor(code: ErrorCode, message: string, parts: UpErrorParts = {}) {
    super(message, { cause: parts.cause });
    this.code = code;
    this.hint = parts.hint ?? errorTable[code].hint;
    this.evidence = parts.evidence;
    this.next = parts.next ?? proposedIn(this.hint);
  }

  get again(): boolean {
    const entry: Entry = errorTable[this.code];
    return entry.again === true;
  }

  get exit(): ExitCode {
    return errorTable[this.code].exit;
  }
}

/**
 * The commands that stand in a hint: alone, at its begin, after a colon, after "or", or in quotes. One with a word in
 * capitals is a pattern to fill in, and none to run.
 */
export function proposedIn(hint: string): string[] {
  const commands = hint.matchAll(/(?:^|: |, |\bor |")((?:up|aws|npm)(?: [\w./:=%@-]+)*)(?=$|[",?;])/g);
  return [...new Set([...commands].map(([, command = '']) => command))].filter(isRunnable);
}

function isRunnable(command: string): boolean {
  return command === 'up' || (command.includes(' ') && !/ [A-Z]{2,}\b| or /.test(command));
}

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code);
}
