/**
 * Every error a user can meet: code -> exit code and what to do. docs/errors.md is made from it. One file, because it is one
 * table.
 */

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

export interface ErrorEntry {
  readonly exit: ExitCode;
  /** What it means, for docs/errors.md. */
  readonly means: string;
  /** What to do when the place that throws knows nothing better. */
  readonly hint: string;
  /** A command that makes sense then, where neither this hint nor the one of the place that throws holds one. */
  readonly next?: string;
  /** Once that is done, the same command goes on where this one ended. */
  readonly again?: true;
}

export const errorTable = {
  UP_USAGE: { exit: 2, means: 'A command, flag or argument is not known or has a bad value.', hint: 'up help' },
  UP_CONFIG: {
    exit: 2,
    means: 'up.json does not parse or holds something it may not hold.',
    hint: 'fix the lines shown',
    next: 'up config',
  },
  UP_CONFIG_UNREADABLE: {
    exit: 2,
    means: 'up.json, or its folder, cannot be read.',
    hint: 'check the path given with -C',
    next: 'up config',
  },
  UP_STAGE_UNKNOWN: {
    exit: 2,
    means: 'The stage is not one of up.json.',
    hint: 'add it under "stages" in up.json',
    next: 'up config',
  },
  UP_STAGE_LOCAL: {
    exit: 2,
    means: '`development` is what `up start` runs; it is never deployed.',
    hint: 'up staging',
  },
  UP_REGION_MISSING: {
    exit: 2,
    means: 'No region is configured anywhere.',
    hint: 'give --region, or set "regions" in up.json',
    next: 'aws configure',
  },
  UP_APP_NOT_FOUND: {
    exit: 2,
    means: 'The folder holds nothing that looks like an app.',
    hint: 'set "proxy": {"command": "…"} in up.json',
    next: 'up init',
  },
  UP_INIT_EXISTS: {
    exit: 5,
    means: '`up init` would write over a file, or into an app that is there already.',
    hint: 'up init my-app',
  },
  UP_APP_PACKAGE_JSON: { exit: 2, means: 'package.json does not parse.', hint: 'fix package.json', next: 'up build' },
  UP_BUILD_TYPESCRIPT: {
    exit: 1,
    means: 'esbuild refused the sources.',
    hint: 'fix the lines shown',
    next: 'up build',
  },
  UP_HOOK_FAILED: {
    exit: 1,
    means: 'A command of `hooks` failed; nothing was deployed, unless it was `postdeploy`.',
    hint: 'run the command by hand',
    next: 'up build',
  },
  UP_PACKAGE_SYMLINK: {
    exit: 1,
    means: 'A link leads out of the app, is broken or goes round in circles.',
    hint: 'replace the link, or name it in .upignore',
    next: 'up build',
  },
  UP_PACKAGE_UNREADABLE: {
    exit: 1,
    means: 'A file that belongs to the package cannot be read.',
    hint: 'check its permissions, or name it in .upignore',
    next: 'up build',
  },
  UP_PACKAGE_RESERVED: {
    exit: 1,
    means: 'The app has a folder `_up`, where the proxy goes.',
    hint: 'rename the folder',
    next: 'up build',
  },
  UP_PACKAGE_CHANGED: {
    exit: 1,
    means: 'A file changed between being found and being read.',
    hint: 'let whatever writes it finish, and run it again',
    next: 'up build',
  },
  UP_PACKAGE_DEFLATE: {
    exit: 1,
    means: 'Node cannot start WebAssembly here, which deflates the package.',
    hint: 'ulimit -v unlimited, and no --jitless in NODE_OPTIONS',
    next: 'up build',
  },
  UP_PACKAGE_SECRET: {
    exit: 2,
    means: 'A file that ships holds a key or a token, and this is CI, where nobody reads warnings.',
    hint: 'move it to a secret, or name the file in .upignore: !path/of/it',
    next: 'up build',
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
    next: 'up build',
  },
  UP_RUNTIME_INTERPRETER: {
    exit: 1,
    means: 'The app needs an interpreter that the Node runtime of Lambda lacks.',
    hint: 'ship the interpreter in the package or in a layer, or deploy with --local',
    next: 'up --local',
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
    hint: 'fix the line, or give -f to overwrite',
    next: 'up env ls',
  },
  UP_ENV_KIND: {
    exit: 2,
    means: 'A secret was set as plain, or the other way round.',
    hint: 'up env rm NAME, then set it again',
    next: 'up env ls',
  },
  UP_ENV_SIZE: {
    exit: 2,
    means: 'The variables of the stage do not fit into a version of a function.',
    hint: 'move values from up.json into parameters: up env set',
    next: 'up env ls',
  },
  UP_ENV_NOT_FOUND: { exit: 4, means: 'There is no variable of this name.', hint: 'up env ls' },
  UP_LOGS_QUERY: {
    exit: 2,
    means: 'The query of `up logs` is not valid; the message names the column.',
    hint: 'docs/logs.md',
    next: 'up help logs',
  },
  UP_LOGS_CURSOR: {
    exit: 2,
    means: 'The file given with `--cursor` was not written by `up logs`, or belongs to another app.',
    hint: 'give another file, or remove it to begin anew',
    next: 'up help logs',
  },
  UP_PROVISIONED_FAILED: {
    exit: 1,
    means: 'Lambda could not start the environments of `lambda.provisioned`; the stage runs on demand.',
    hint: 'up logs',
  },
  UP_AUTH_MISSING: {
    exit: 3,
    means: 'No AWS credentials were found.',
    hint: 'aws configure, or aws sso login',
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
    next: 'up doctor',
    again: true,
  },
  UP_AWS_NOT_FOUND: {
    exit: 4,
    means: 'AWS does not know the resource.',
    hint: 'see what there is: up status',
    again: true,
  },
  UP_NOT_DEPLOYED: { exit: 4, means: 'The app has not been deployed to this stage.', hint: 'up' },
  UP_RELEASE_NOT_FOUND: {
    exit: 4,
    means: 'The stage has no such release, or no longer has it.',
    hint: 'up releases',
  },
  UP_NOT_OURS: {
    exit: 5,
    means: 'A resource of that name exists and does not carry our tag.',
    hint: 'choose another name in up.json',
    next: 'up config',
  },
  UP_DOMAIN_ZONE: {
    exit: 4,
    means: 'The hosted zone that `zone` of the stage names is not in this account.',
    hint: 'name another, or set "zone": false and add the records where your DNS is',
    next: 'up domains',
  },
  UP_DOMAIN_CERTIFICATE: {
    exit: 4,
    means: 'The certificate of a domain does not cover it, or will not be issued.',
    hint: 'set another "cert", or leave it out and one is requested',
    next: 'up domains',
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
    means: 'An alarm that was set off did not reach its recipients.',
    hint: 'fix what is named above, and try again',
    next: 'up alerts',
    again: true,
  },
  UP_DEPLOY_CONFLICT: {
    exit: 5,
    means: 'Somebody else changed the app during this deploy.',
    hint: 'run the same command again',
    next: 'up status',
    again: true,
  },
  UP_PORT_TAKEN: { exit: 5, means: 'The port is in use by another program.', hint: 'up start --port 0' },
  UP_LOCAL_RUNNING: { exit: 5, means: 'A local platform already serves this state directory.', hint: 'up local stop' },
  UP_DOCTOR_PROBLEMS: {
    exit: 1,
    means: '`up doctor` has found what does not work.',
    hint: 'run the fixes shown',
    next: 'up doctor',
  },
  UP_PLATFORM: {
    exit: 1,
    means: 'Windows cannot freeze processes, as Lambda does.',
    hint: 'run up in WSL 2',
    next: 'wsl',
  },
  UP_LOCAL_START: { exit: 1, means: 'The local platform did not start.', hint: 'up local' },
  UP_AWS_UNAVAILABLE: {
    exit: 6,
    means: 'AWS, or the endpoint set in its place, cannot be reached or fails.',
    hint: 'check the network and AWS_ENDPOINT_URL, then run it again',
    next: 'up doctor',
    again: true,
  },
  UP_AWS_FAILED: {
    exit: 1,
    means: 'AWS refused a call for a reason this program does not know.',
    hint: 'see the message of AWS above',
    next: 'up doctor',
  },
  UP_FILE_SYSTEM: {
    exit: 1,
    means: 'A file or folder this program works with cannot be read or written.',
    hint: 'check that the path exists, its permissions and the space left',
    next: 'up doctor',
  },
  UP_INTERNAL: { exit: 1, means: 'A bug in up.', hint: 'report it with the output of -v', next: 'up doctor' },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

export function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorTable, code);
}
