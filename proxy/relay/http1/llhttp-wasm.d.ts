/** llhttp as WebAssembly, the one part of undici that the proxy ships; undici has no types for deep imports. */
declare module 'undici/lib/llhttp/llhttp_simd-wasm.js' {
  const wasm: Uint8Array<ArrayBuffer>;
  // biome-ignore lint/style/noDefaultExport: it is how a CommonJS module looks to an import
  export default wasm;
}

/** As much of it as is used here; TypeScript has the rest among the types of browsers only. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
  }
  class Module {
    constructor(bytes: Uint8Array<ArrayBuffer>);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...parameters: number[]) => number>>);
    readonly exports: object;
  }
}
