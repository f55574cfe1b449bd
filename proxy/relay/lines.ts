/** Cuts a stream of bytes into lines, however the chunks fall. Never holds more than one line of bounded length. */
import { StringDecoder } from 'node:string_decoder';

/** CloudWatch takes events of up to 1 MB; beyond this a line is no longer read by anybody. */
export const maxLineBytes = 256 * 1024;

export interface Lines {
  write(chunk: Buffer): void;
  /** Hands out what stands unterminated, when the writer is gone. */
  end(): void;
}

/**
 * `cut`: the line was longer than the bound and its rest was dropped. `spaced`: empty lines, which are not handed out,
 * stood before it.
 */
export type OnLine = (line: string, cut: boolean, spaced: boolean) => void;

/** Invalid UTF-8 becomes U+FFFD. */
export function splitLines(onLine: OnLine): Lines {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let bytes = 0;
  let cut = false;
  let spaced = false;

  function take(text: string): void {
    if (cut) return;
    // Counted as it comes: measuring all of it again for every small chunk would take the square of its length.
    bytes += Buffer.byteLength(text);
    pending = pending === '' ? text : pending + text;
    if (bytes <= maxLineBytes) return;
    pending = firstBytes(pending, maxLineBytes);
    cut = true;
  }

  function handOut(): void {
    const line = pending.endsWith('\r') ? pending.slice(0, -1) : pending;
    const wasCut = cut;
    const wasSpaced = spaced;
    pending = '';
    bytes = 0;
    cut = false;
    spaced = line === '';
    if (!spaced) onLine(line, wasCut, wasSpaced);
  }

  function feed(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      take(text.slice(start, end));
      handOut();
      start = end + 1;
    }
    if (start < text.length) take(text.slice(start));
  }

  return {
    write: (chunk) => feed(decoder.write(chunk)),
    end() {
      feed(decoder.end());
      if (pending !== '') handOut();
    },
  };
}

/** The characters that fit whole. */
function firstBytes(text: string, most: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(most));
  return text.slice(0, read);
}
