/** What to tell the author of an app that listens on another port than the PORT it was given. */
import type { App } from './app.ts';
import { programOf } from './command.ts';

const ways: ReadonlyMap<string, string> = new Map([
  ['python3', 'in Python: int(os.environ["PORT"])'],
  ['python', 'in Python: int(os.environ["PORT"])'],
  ['ruby', 'in Ruby: ENV["PORT"]'],
  ['php', 'on its command line: -S 127.0.0.1:$PORT'],
  ['java', 'in Java: System.getenv("PORT")'],
]);

/** `ports`: where it listens instead. */
export function howToListen(app: App, ports: readonly string[]): string {
  return `let it listen on the PORT of its environment${wayOf(app, ports[0] ?? '3000')}`;
}

/** Linux gives such a number to whoever asks for any, as with `listen(0)`: then it stands nowhere in the sources. */
const firstGiven = 32_768;

function inNode(port: string): string {
  return Number(port) < firstGiven ? `process.env.PORT ?? ${port} in place of ${port}` : 'process.env.PORT ?? 3000';
}

/** A program of another language, as cargo makes them, is started as it is. */
function isJavaScript(kind: App['kind'], program: string): boolean {
  return kind !== 'custom' || /(?:^|\/)(?:node|bun|deno|npm|npx|pnpm|yarn|tsx)$/.test(program);
}

/** How it reads that, in its own language. Servers of Node are given it in many ways: in a call, in an option. */
function wayOf({ kind, command }: App, port: string): string {
  if (kind === 'go') return ', in Go: os.Getenv("PORT")';
  if (kind === 'binary') return '';
  if (/^(?:\.\/)?target\//.test(command)) return ', in Rust: std::env::var("PORT")';
  const program = programOf(command);
  const way = ways.get(program) ?? (isJavaScript(kind, program) ? `in Node: ${inNode(port)}` : null);
  return way === null ? '' : `, ${way}`;
}
