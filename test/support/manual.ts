/** README and docs as data: their blocks, their commands, their links. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';

export interface Page {
  /** From the root of the repository: `docs/logs.md`. */
  readonly path: string;
  readonly text: string;
}

export interface Block {
  readonly language: string;
  /** A second word after the fence: the file of the page's project that it is. */
  readonly file: string | undefined;
  readonly text: string;
}

/** README and every page of docs/, in the order of the table of contents. */
export function readManual(root: string): Page[] {
  const pages = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];
  return pages.filter((path) => path.endsWith('.md')).map((path) => readPage(root, path));
}

export function readPage(root: string, path: string): Page {
  return { path, text: readFileSync(join(root, path), 'utf8') };
}

export function blocksOf({ text }: Page): Block[] {
  return [...text.matchAll(/^```(\S*)(?: (\S+))?\n(.*?)^```$/gms)].map(([, language = '', file, body = '']) => ({
    language,
    file,
    text: body,
  }));
}

/** The lines of its sh blocks, as they are typed: comments stay, a line that ends with a backslash goes on. */
export function linesOf(page: Page): string[] {
  return blocksOf(page)
    .filter(({ language }) => language === 'sh' || language === 'bash')
    .flatMap(({ text }) => text.replaceAll(/\\\n */g, '').split('\n'))
    .filter((line) => line.trim() !== '');
}

/** Every `up …` that a page proposes: in its sh blocks, after the prompt of a transcript, and in the midst of a sentence. */
export function commandsOf(page: Page): string[][] {
  const typed = blocksOf(page)
    .filter(({ language }) => language === '')
    .flatMap(({ text }) => [...text.matchAll(/^\$ (.*)$/gm)].map(([, line = '']) => line));
  const prose = page.text.replaceAll(/^```.*?^```$/gms, '').matchAll(/`((?:npx )?up(?: [^`]*)?)`/g);
  return [...linesOf(page), ...typed, ...[...prose].map(([, line = '']) => line)].flatMap(upIn);
}

/** The words after each `up` of a line of shell: `URL=$(up) && up logs | jq` has two. */
export function upIn(line: string): string[][] {
  const inner = [...line.matchAll(/\$\(([^()]*)\)/g)].flatMap(([, command = '']) => upIn(command));
  const outer = split(line.replaceAll(/\$\([^()]*\)/g, 'X')).map(withoutPrefix);
  return [...inner, ...outer.filter(([word]) => word === 'up').map(([, ...words]) => words)];
}

/** Without assignments and `npx --no --` before it. */
function withoutPrefix(words: readonly string[]): readonly string[] {
  const from = words.findIndex((word) => !/^(?:[A-Z_]+=.*|npx|--no|--)$/.test(word));
  return from === -1 ? [] : words.slice(from);
}

/** The words of each command of a line, without quotes, redirections and the comment. */
function split(line: string): string[][] {
  const commands: string[][] = [[]];
  for (const [token] of line.matchAll(/#.*|[|;&]+|(?:\d?>|<)\s*\S+|(?:'[^']*'|"[^"]*"|[^\s|;&<>'"]|<\w+>)+/g)) {
    if (token.startsWith('#')) break;
    if (/^[|;&]/.test(token)) commands.push([]);
    else if (!/^\d?[<>]\s/.test(token)) commands.at(-1)?.push(token.replaceAll(/['"]/g, ''));
  }
  return commands;
}

export interface Link {
  readonly page: string;
  /** The file it leads to, from the root; for an anchor of its own page that page. */
  readonly path: string;
  readonly anchor: string | undefined;
}

/** Links to files of the repository; those to the internet are none. */
export function linksOf({ path: page, text }: Page): Link[] {
  const prose = text
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`]*`/g, (code) => code.replaceAll('](', ']\u0000('));
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', anchor] = target.split('#');
      return { page, path: file === '' ? page : posix.normalize(posix.join(dirname(page), file)), anchor };
    });
}

/** The anchors of a page, as GitHub makes them: https://github.com/gjtorikian/html-pipeline, its table of contents. */
export function anchorsOf({ text }: Page): Set<string> {
  const anchors = new Set<string>();
  for (const [, title = ''] of text.replaceAll(/^```.*?^```$/gms, '').matchAll(/^#+ (.*)$/gm)) {
    const slug = title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M} _-]/gu, '')
      .replaceAll(' ', '-');
    let anchor = slug;
    for (let count = 1; anchors.has(anchor); count++) anchor = `${slug}-${count}`;
    anchors.add(anchor);
  }
  return anchors;
}
