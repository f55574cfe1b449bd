/** undici ships no types for deep imports; whole undici would cost more to load than the app's own boot. */
declare module 'undici/lib/dispatcher/client.js' {
  import type { Client } from 'undici';

  const client: typeof Client;
  type client = Client;
  // biome-ignore lint/style/noDefaultExport: it is how a CommonJS module looks to an import
  export default client;
}

declare module 'undici/lib/core/connect.js' {
  import type { buildConnector } from 'undici';

  /** Returns the socket as well, which undici's own types leave out. */
  const build: (
    options: buildConnector.BuildOptions,
  ) => (...parameters: Parameters<buildConnector.connector>) => import('node:net').Socket;
  // biome-ignore lint/style/noDefaultExport: it is how a CommonJS module looks to an import
  export default build;
}
