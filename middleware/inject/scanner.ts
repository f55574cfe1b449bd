/**
 * Finds the first real `</head>` and `</body>` of a page while it passes, in chunks of any size: not those in comments,
 * scripts, styles, texts of form fields and attributes. It follows the states of HTML's tokenizer (HTML 13.2.5) as far as
 * that takes, and holds back no more than the beginning of a tag.
 */
export interface Insertions {
  readonly head: Buffer;
  readonly body: Buffer;
}

export interface Scanner {
  /** What may go on of all that has come. */
  push(chunk: Buffer): Buffer;
  /** What was held back. */
  end(): Buffer;
}

/** Elements whose content is text, whatever it looks like. */
const rawElements = new Set(['script', 'style', 'textarea', 'title', 'xmp', 'iframe', 'noembed', 'noframes']);
const longestName = Math.max(...[...rawElements].map((name) => name.length));

const [lessThan, greaterThan, slash, bang, question, dash, equals, doubleQuote, singleQuote] = [...'<>/!?-="\''].map(
  (character) => character.charCodeAt(0),
) as [number, number, number, number, number, number, number, number, number];

type State =
  | 'text'
  /** After `<`. */
  | 'open'
  /** After `</`. */
  | 'close'
  | 'startName'
  | 'endName'
  /** In a tag, between attributes or in the name of one. */
  | 'tag'
  /** After the `=` of an attribute. */
  | 'value'
  | 'unquoted'
  | 'quoted'
  /** After `<!`. */
  | 'declaration'
  | 'comment'
  /** Anything else that ends at the next `>`. */
  | 'bogus'
  /** In an element of `rawElements`. */
  | 'raw'
  | 'rawOpen'
  | 'rawName';

/** The states in which it may still be one of our two tags. */
const undecided: ReadonlySet<State> = new Set(['open', 'close', 'endName']);

export function createScanner(insertions: Insertions): Scanner {
  const waiting = new Map(Object.entries(insertions).filter(([, bytes]) => bytes.length > 0));
  let state: State = 'text';
  let name = '';
  let raw = '';
  let quote = 0;
  /** In a tag: the name of an attribute has begun, which may get a value. */
  let isNamed = false;
  /** The end of what has come of a comment. */
  let tail = '';
  let held: Buffer = Buffer.alloc(0);

  return {
    push(chunk) {
      if (waiting.size === 0) return chunk;
      const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      return scan(data, held.length);
    },
    end() {
      const rest = held;
      held = Buffer.alloc(0);
      return rest;
    },
  };

  /** Bytes before `from` have been looked at. */
  function scan(data: Buffer, from: number): Buffer {
    const out: Buffer[] = [];
    let written = 0;
    let start = 0;
    for (let i = from; i < data.length && waiting.size > 0; i++) {
      if (state === 'text' || state === 'raw') {
        const next = data.indexOf(lessThan, i);
        if (next === -1) break;
        i = next;
        start = next;
      }
      const inserted = state === 'endName' && isDelimiter(data[i] ?? 0) ? waiting.get(name) : undefined;
      if (inserted) {
        out.push(data.subarray(written, start), inserted);
        written = start;
        waiting.delete(name);
      }
      step(data[i] ?? 0);
      if (state === 'open') start = i;
    }
    const end = undecided.has(state) ? start : data.length;
    out.push(data.subarray(written, end));
    held = Buffer.from(data.subarray(end));
    return out.length === 1 && out[0] ? out[0] : Buffer.concat(out);
  }

  function step(byte: number): void {
    switch (state) {
      case 'text':
        if (byte === lessThan) state = 'open';
        return;
      case 'open':
        state = afterOpen(byte);
        if (state === 'startName') name = letter(byte);
        return;
      case 'close':
        if (isLetter(byte)) name = letter(byte);
        state = isLetter(byte) ? 'endName' : byte === greaterThan ? 'text' : 'bogus';
        return;
      case 'startName':
      case 'endName':
        if (isDelimiter(byte)) endOfName(byte);
        // No name of ours is that long: it need not be held back, nor remembered.
        else if (name.length > longestName || (state === 'endName' && name.length > 4)) toAttributes();
        else name += letter(byte);
        return;
      case 'tag':
        if (byte === greaterThan) endOfTag();
        else if (byte === equals && isNamed) state = 'value';
        // HTML 13.2.5.32: a sign of equality that no name stands before begins one.
        else if (!isSpace(byte)) isNamed = byte !== slash;
        return;
      case 'value':
        if (byte === doubleQuote || byte === singleQuote) {
          quote = byte;
          state = 'quoted';
        } else if (byte === greaterThan) endOfTag();
        else if (!isSpace(byte)) state = 'unquoted';
        return;
      case 'unquoted':
        if (byte === greaterThan) endOfTag();
        else if (isSpace(byte)) toAttributes();
        return;
      case 'quoted':
        if (byte === quote) toAttributes();
        return;
      case 'declaration':
        if (byte === greaterThan) state = 'text';
        else if (byte !== dash) state = 'bogus';
        else if (tail === '') tail = '-';
        else {
          tail = '';
          state = 'comment';
        }
        return;
      case 'comment':
        // `-->` and `--!>`, and right at the beginning `>` and `->`.
        if (byte === greaterThan && /^-?$|--!?$/.test(tail)) state = 'text';
        else tail = byte === dash || byte === bang ? (tail + String.fromCharCode(byte)).slice(-3) : 'x';
        return;
      case 'bogus':
        if (byte === greaterThan) state = 'text';
        return;
      case 'raw':
        if (byte === lessThan) state = 'rawOpen';
        return;
      case 'rawOpen':
        name = '';
        state = byte === slash ? 'rawName' : byte === lessThan ? 'rawOpen' : 'raw';
        return;
      case 'rawName':
        if (isDelimiter(byte) && name === raw) {
          raw = '';
          name = '';
          if (byte === greaterThan) endOfTag();
          else toAttributes();
        } else if (isLetter(byte) && name.length < raw.length) name += letter(byte);
        else state = byte === lessThan ? 'rawOpen' : 'raw';
    }
  }

  function afterOpen(byte: number): State {
    if (byte === slash) return 'close';
    if (byte === lessThan) return 'open';
    if (byte === question) return 'bogus';
    if (byte === bang) {
      tail = '';
      return 'declaration';
    }
    return isLetter(byte) ? 'startName' : 'text';
  }

  function endOfName(byte: number): void {
    raw = state === 'startName' && rawElements.has(name) ? name : '';
    if (byte === greaterThan) endOfTag();
    else toAttributes();
  }

  function toAttributes(): void {
    state = 'tag';
    isNamed = false;
  }

  function endOfTag(): void {
    state = raw === '' ? 'text' : 'raw';
  }
}

function isLetter(byte: number): boolean {
  return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7a;
}

function letter(byte: number): string {
  return String.fromCharCode(byte).toLowerCase();
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || (byte >= 0x09 && byte <= 0x0d && byte !== 0x0b);
}

function isDelimiter(byte: number): boolean {
  return isSpace(byte) || byte === slash || byte === greaterThan;
}
