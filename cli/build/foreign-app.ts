/** Apps of other languages, by a file at the top of theirs: what starts them cannot be told, but how it would look. */
import { join } from 'node:path';
import { readText } from './read-text.ts';

export interface ForeignApp {
  readonly file: string;
  /** `a Django app`. */
  readonly what: string;
  /** What starts one, with a name in capitals in the place of what only its author knows. */
  readonly command: string;
  /** What makes the program it starts. */
  readonly build?: string;
}

/** The more special first: a Django app has requirements.txt too. */
const foreignApps: readonly ForeignApp[] = [
  { file: 'manage.py', what: 'a Django app', command: 'python3 -m gunicorn -b 127.0.0.1:$PORT PROJECT.wsgi' },
  { file: 'Gemfile', what: 'a Ruby app', command: 'bundle exec puma -b tcp://127.0.0.1:$PORT' },
  { file: 'config.ru', what: 'a Ruby app', command: 'puma -b tcp://127.0.0.1:$PORT' },
  {
    file: 'Cargo.toml',
    what: 'a Rust app',
    command: './target/release/PROGRAM',
    build: 'cargo build --release',
  },
  { file: 'go.mod', what: 'a Go app', command: './PROGRAM' },
  { file: 'composer.json', what: 'a PHP app', command: 'php -S 127.0.0.1:$PORT -t public' },
  { file: 'pom.xml', what: 'a Java app', command: 'java -jar target/PROGRAM.jar' },
  { file: 'build.gradle', what: 'a Java app', command: 'java -jar build/libs/PROGRAM.jar' },
  { file: 'build.gradle.kts', what: 'a Java app', command: 'java -jar build/libs/PROGRAM.jar' },
  { file: 'pyproject.toml', what: 'a Python app', command: 'python3 FILE.py' },
  { file: 'requirements.txt', what: 'a Python app', command: 'python3 FILE.py' },
];

interface Named {
  readonly pattern: RegExp;
  /** What the name takes the place of. */
  readonly word: string;
}

/** Where a file names what it is of. */
const nameIn: ReadonlyMap<string, Named> = new Map([
  ['manage.py', { pattern: /DJANGO_SETTINGS_MODULE["'], *["'](\w+)\./, word: 'PROJECT' }],
  ['Cargo.toml', { pattern: /^\[package\]\s(?:[^[]*\s)?name *= *"([\w-]+)"/m, word: 'PROGRAM' }],
]);

/** Programs without a project, by the extension of their source. */
const programs: readonly (readonly [extension: string, Omit<ForeignApp, 'file'>])[] = [
  ['.rb', { what: 'a Ruby app', command: 'ruby FILE' }],
  ['.php', { what: 'a PHP app', command: 'php -S 127.0.0.1:$PORT' }],
  ['.java', { what: 'a Java app', command: 'java FILE' }],
  ['.py', { what: 'a Python app', command: 'python3 FILE' }],
];

/** By the file that tells what the folder is, at its top among `names`. */
export async function findForeignApp(dir: string, names: ReadonlySet<string>): Promise<ForeignApp | undefined> {
  const found = foreignApps.find(({ file }) => names.has(file));
  if (found === undefined) return undefined;
  const named = nameIn.get(found.file);
  if (named === undefined) return found;
  const [, name = named.word] = named.pattern.exec((await readText(join(dir, found.file))) ?? '') ?? [];
  return { ...found, command: found.command.replace(named.word, name) };
}

/** By its sources alone, at the top among `names`. They prove less than what `findForeignApp` goes by. */
export function findForeignProgram(names: ReadonlySet<string>): ForeignApp | undefined {
  for (const [extension, { what, command }] of programs) {
    const [file, ...others] = [...names].filter((name) => name.endsWith(extension) && !name.includes('/')).sort();
    if (file === undefined) continue;
    const isPlain = others.length === 0 && /^[\w.-]+$/.test(file);
    return { file, what, command: command.replace('FILE', isPlain ? file : `FILE${extension}`) };
  }
  return undefined;
}

/** What up.json has to say of it. */
export function commandInConfig({ command, build }: ForeignApp): string {
  const hooks = build === undefined ? '' : `"hooks": {"build": "${build}"}, `;
  return `{${hooks}"proxy": {"command": "${command}"}}`;
}
