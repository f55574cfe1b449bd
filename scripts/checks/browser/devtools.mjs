/**
 * A client of the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/) over the pipes of
 * `--remote-debugging-pipe`: no port that others could speak to, and a browser that ends with its check.
 */
export function connect({ stdio: [, , , toBrowser, fromBrowser] }) {
  const answers = new Map();
  const listeners = new Map();
  let lastId = 0;

  readMessages(fromBrowser, (message) => {
    if (message.id === undefined) return listeners.get(message.sessionId)?.(message);
    const { method, resolve, reject } = answers.get(message.id);
    answers.delete(message.id);
    if (message.error) reject(new Error(`${method}: ${message.error.message}`));
    else resolve(message.result);
  });
  fromBrowser.once('close', () => {
    for (const { method, reject } of answers.values()) reject(new Error(`${method}: the browser has ended`));
  });
  // It has ended: whoever waits for an answer hears of it above.
  toBrowser.on('error', () => {});

  return {
    send(method, params = {}, sessionId = undefined) {
      const id = ++lastId;
      toBrowser.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
      return new Promise((resolve, reject) => answers.set(id, { method, resolve, reject }));
    },
    /** The events of one session. */
    listen: (sessionId, listener) => void listeners.set(sessionId, listener),
  };
}

function readMessages(stream, receive) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const messages = (rest + text).split('\0');
    rest = messages.pop();
    for (const message of messages) receive(JSON.parse(message));
  });
}
