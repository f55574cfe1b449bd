/**
 * Reads any answer with llhttp, Node's own parser, compiled to WebAssembly (undici ships it).
 * https://llhttp.org; the meaning of what callbacks return is told in its README.
 */
import wasm from 'undici/lib/llhttp/llhttp_simd-wasm.js';
import { headerName } from '../../../http/header-names.ts';
import type { Header } from '../../../http/headers.ts';
import { type AnswerEvents, maxHeadBytes, ParseError, type Parser } from './answers.ts';

/** At most so many bytes are read at a time. */
export const llhttpBytes: number = 64 * 1024;

interface Llhttp {
  readonly memory: WebAssembly.Memory;
  malloc(bytes: number): number;
  llhttp_alloc(type: number): number;
  llhttp_free(parser: number): void;
  llhttp_execute(parser: number, at: number, length: number): number;
  llhttp_finish(parser: number): number;
  llhttp_should_keep_alive(parser: number): number;
  llhttp_get_error_reason(parser: number): number;
}

/** llhttp_type: HTTP_RESPONSE. */
const response = 2;
/** What callbacks return: go on, this message has no body, stop. */
const go = 0;
const noBody = 1;
const stop = -1;

/** The parser at work: llhttp calls back while it executes, and only then. */
let current: Callbacks | null = null;
let chunk: Buffer = Buffer.alloc(0);
/** The beginning of the chunk as text, where most heads end: one call into Node, not two for each field. */
let beginning = '';
const beginningBytes = 2 * 1024;

function textAt(start: number, length: number): string {
  const end = start + length;
  if (end > beginningBytes) return chunk.toString('latin1', start, end);
  if (beginning === '') beginning = chunk.toString('latin1', 0, beginningBytes);
  return beginning.slice(start, end);
}

interface Callbacks {
  begin(): number;
  field(text: string): number;
  value(text: string): number;
  head(status: number): number;
  body(bytes: Buffer): number;
  complete(): number;
}

interface Engine {
  readonly llhttp: Llhttp;
  /** Where llhttp reads; allocated before any parser, so that views of it rarely have to be made anew. */
  readonly input: number;
  view: Uint8Array;
}

let engine: Engine | null = null;

/** Made when it is needed: an app whose answers are plain never needs it, and a cold start is 4 ms shorter without. */
function startEngine(): Engine {
  if (engine) return engine;
  const llhttp = instantiate();
  const input = llhttp.malloc(llhttpBytes);
  engine = { llhttp, input, view: new Uint8Array(llhttp.memory.buffer, input, llhttpBytes) };
  return engine;
}

function instantiate(): Llhttp {
  const start = (at: number) => at - (engine?.input ?? 0);
  const text = (at: number, length: number) => textAt(start(at), length);
  const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm), {
    env: {
      wasm_on_url: () => go,
      wasm_on_status: () => go,
      wasm_on_message_begin: () => current?.begin() ?? stop,
      wasm_on_header_field: (_: number, at: number, length: number) => current?.field(text(at, length)) ?? stop,
      wasm_on_header_value: (_: number, at: number, length: number) => current?.value(text(at, length)) ?? stop,
      wasm_on_headers_complete: (_: number, status: number) => current?.head(status) ?? stop,
      wasm_on_body: (_: number, at: number, length: number) =>
        current?.body(chunk.subarray(start(at), start(at) + length)) ?? stop,
      wasm_on_message_complete: () => current?.complete() ?? stop,
    },
  });
  return instance.exports as unknown as Llhttp;
}

/** Memory that has grown leaves old views empty. */
function inputView(of: Engine): Uint8Array {
  if (of.view.byteLength === 0) of.view = new Uint8Array(of.llhttp.memory.buffer, of.input, llhttpBytes);
  return of.view;
}

export function llhttpParser(): Parser {
  const engine = startEngine();
  const { llhttp, input } = engine;
  const parser = llhttp.llhttp_alloc(response);
  let events: AnswerEvents | null = null;
  let isHead = false;
  let headers: Header[] = [];
  let name = '';
  let value = '';
  /** A value has begun, so that what comes next as a name begins the next field. */
  let inValue = false;
  let headBytes = 0;
  let status = 0;
  let complaint = '';

  const callbacks: Callbacks = {
    begin() {
      if (events === null) return refuse('bytes that no request asked for');
      startHead();
      status = 0;
      return go;
    },
    field(text) {
      if (inValue) endField();
      name += text;
      return counted(text.length);
    },
    value(text) {
      inValue = true;
      value += text;
      return counted(text.length);
    },
    head(code) {
      if (inValue) endField();
      if (code === 101) return refuse('the app changed the protocol without being asked to');
      if (code < 100) return refuse(`${code} is not a status`);
      status = code;
      if (code < 200) return noBody;
      const fields = headers;
      // What comes from here on are trailers, which are counted and dropped.
      startHead();
      events?.head(code, fields);
      return isHead ? noBody : go;
    },
    body(bytes) {
      events?.body(bytes);
      return go;
    },
    complete() {
      if (status < 200) return go;
      const told = events;
      events = null;
      told?.end(llhttp.llhttp_should_keep_alive(parser) === 1);
      return go;
    },
  };

  function startHead(): void {
    headers = [];
    name = '';
    value = '';
    inValue = false;
    headBytes = 0;
  }

  function endField(): void {
    headers.push([headerName(name) ?? name.toLowerCase(), value]);
    name = '';
    value = '';
    inValue = false;
  }

  function counted(bytes: number): number {
    headBytes += bytes;
    return headBytes < maxHeadBytes ? go : refuse(`more than ${maxHeadBytes} bytes of header fields`);
  }

  function refuse(why: string): number {
    complaint = why;
    return stop;
  }

  /** Of llhttp, as it says it. */
  function reason(): string {
    if (complaint !== '') return complaint;
    const at = llhttp.llhttp_get_error_reason(parser);
    const bytes = new Uint8Array(llhttp.memory.buffer, at);
    const said = Buffer.from(bytes.subarray(0, bytes.indexOf(0))).toString('latin1');
    return `not HTTP/1.1: ${said}`;
  }

  function run(work: () => number): void {
    current = callbacks;
    let errno = 0;
    try {
      errno = work();
    } finally {
      current = null;
    }
    if (errno !== 0) throw new ParseError(reason());
  }

  return {
    expect(method, next) {
      isHead = method === 'HEAD';
      events = next;
      complaint = '';
    },
    read(bytes) {
      chunk = bytes;
      beginning = '';
      inputView(engine).set(bytes);
      run(() => llhttp.llhttp_execute(parser, input, bytes.length));
    },
    finish: () => run(() => llhttp.llhttp_finish(parser)),
    free: () => llhttp.llhttp_free(parser),
  };
}
