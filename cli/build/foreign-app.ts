/** Apps of other languages, by a file at the top of theirs: what starts them cannot be told, but how it would look. */
import { join } from 'node:path';
import { readText } from './read-text.ts';

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

export async function findForeignApp(dir: string, names: ReadonlySet<string>): Promise<ForeignApp | undefined> {
  const found = foreignApps.find(({ file }) => names.has(file));
  return found?.file === 'manage.py' ? { ...found, command: await ofDjango(dir, found.command) } : found;
}

/** With the name of its project, which manage.py finds the settings by. */
async function ofDjango(dir: string, command: string): Promise<string> {
  const [, project] =
    /DJANGO_SETTINGS_MODULE["'], *["'](\w+)\./.exec((await readText(join(dir, 'manage.py'))) ?? '') ?? [];
  return project === undefined ? command : command.replace('PROJECT', project);
}

/** What up.json has to say of it. */
export function commandInConfig({ command }: ForeignApp): string {
  return `{"proxy": {"command": "${command}"}}`;
}
