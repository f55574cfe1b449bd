/** Apps of other languages, by a file at the top of theirs: what starts them cannot be told, but how it would look. */

export interface ForeignApp {
  readonly file: string;
  /** `a Django app`. */
  readonly what: string;
  /** What starts one, with a name in capitals in the place of what only its author knows. */
  readonly command: string;
}

/** The more special first: a Django app has requirements.txt too. */
const foreignApps: readonly ForeignApp[] = [
  { file: 'manage.py', what: 'a Django app', command: 'python3 -m gunicorn -b 127.0.0.1:$PORT PROJECT.wsgi' },
  { file: 'Gemfile', what: 'a Ruby app', command: 'bundle exec puma -b tcp://127.0.0.1:$PORT' },
  { file: 'Cargo.toml', what: 'a Rust app', command: './target/release/PROGRAM' },
  { file: 'go.mod', what: 'a Go app', command: './PROGRAM' },
  { file: 'composer.json', what: 'a PHP app', command: 'php -S 127.0.0.1:$PORT -t public' },
  { file: 'pyproject.toml', what: 'a Python app', command: 'python3 FILE.py' },
  { file: 'requirements.txt', what: 'a Python app', command: 'python3 FILE.py' },
];

export function findForeignApp(names: ReadonlySet<string>): ForeignApp | undefined {
  return foreignApps.find(({ file }) => names.has(file));
}

/** What up.json has to say of it. */
export function commandInConfig({ command }: ForeignApp): string {
  return `{"proxy": {"command": "${command}"}}`;
}
