/** CONTRIBUTING.md as what it is: files to make, and changes to files that are there. */

export interface Snippet {
  /** From the root. */
  readonly file: string;
  readonly language: string;
  readonly text: string;
}

export interface Recipe {
  /** Its heading: "Add a middleware". */
  readonly title: string;
  readonly snippets: readonly Snippet[];
}

export interface Destination {
  readonly change: string;
  readonly paths: readonly string[];
}

/** The sections that begin with "Add a"; a block belongs to the file that the paragraph before it begins with. */
export function readRecipes(markdown: string): Recipe[] {
  const sections = markdown.split(/^## /m).slice(1);
  return sections
    .map((section) => ({ title: section.slice(0, section.indexOf('\n')), snippets: readSnippets(section) }))
    .filter(({ title }) => /^Add an? /.test(title));
}

function readSnippets(section: string): Snippet[] {
  const blocks = section.matchAll(/^`([^`\n]+)`(?:(?!\n\n)[\s\S])*\n\n```(\w+)\n([\s\S]*?)^```$/gm);
  const snippets = [...blocks].map(([, file = '', language = '', text = '']) => ({ file, language, text }));
  const count = [...section.matchAll(/^```\w+$/gm)].length;
  if (snippets.length !== count) throw new Error(`${count} blocks, and ${snippets.length} of them belong to a file`);
  return snippets;
}

/** The rows of "I want to… → go to…". */
export function readDestinations(markdown: string): Destination[] {
  const table = /^## I want to[\s\S]*?^## /m.exec(markdown)?.[0] ?? '';
  return [...table.matchAll(/^\| (.+?) \| (.+) \|$/gm)].slice(1).map(([, change = '', place = '']) => ({
    change,
    paths: [...place.matchAll(/`([^`]+)`/g)].map(([, path = '']) => path),
  }));
}

/**
 * The text of the file after it; `text` is null for a file that is not there. Throws where a new file is there already,
 * or a change does not find its place exactly once.
 */
export function applySnippet({ file, language, text: snippet }: Snippet, text: string | null): string {
  if (language !== 'diff') {
    if (text !== null) throw new Error(`${file} is there already`);
    return snippet;
  }
  const lines = snippet.split('\n').slice(0, -1);
  const side = (mark: '-' | '+') =>
    lines
      .filter((line) => line[0] === ' ' || line[0] === mark)
      .map((line) => `${line.slice(1)}\n`)
      .join('');
  const [before, after] = [side('-'), side('+')];
  const places = text === null ? [] : placesOf(before, text);
  const [place] = places;
  if (text === null || place === undefined || places.length > 1)
    throw new Error(`${file} has ${places.length} places for\n${before}`);
  return text.slice(0, place) + after + text.slice(place + before.length);
}

/** Where whole lines begin. */
function placesOf(lines: string, text: string): number[] {
  const starts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  return starts.filter((start) => text.startsWith(lines, start));
}
