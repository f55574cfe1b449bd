/** Cuts a stream of bytes into lines, however the chunks fall. Never holds more than one line of bounded length. */
import { StringDecoder } from 'node:string_decoder';

/** CloudWatch takes events of up to 1 MB; beyond this a line is no longer read by anybody. */
export const maxLineBytes = 256 * 1024;

export interface Lines {
  write(chunk: Buffer): void;
  /** Hands out what stands unterminated, when the writer is gone. */
  end(): void;
}

/** Invalid UTF-8 becomes U+FFFD. `cut` says that a line was longer than the bound and its rest was dropped. */
export function splitLines(onLine: (line: string, cut: boolean) => void): Lines {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  let cut = false;

  function take(text: string): void {
    if (cut) return;
    pending += text;
    if (pending.length <= maxLineBytes) return;
    pending = pending.slice(0, maxLineBytes);
    cut = true;
  }

  function flush(): void {
    const line = pending.endsWith('\r') ? pending.slice(0, -1) : pending;
    if (line !== '') onLine(line, cut);
    pending = '';
    cut = false;
  }

  function feed(text: string): void {
    let start = 0;
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      take(text.slice(start, end));
      flush();
      start = end + 1;
    }
    take(text.slice(start));
  }

  return {
    write: (chunk) => feed(decoder.write(chunk)),
    end() {
      feed(decoder.end());
      flush();
    },
  };
}
