/** The app of the benchmarks, as a plain server: what it answers is named by the path. */
const { createServer } = require('node:http');

const json = Buffer.from(JSON.stringify({ tea: 'green', leaves: 'x'.repeat(75) }));
const text = Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(1457).slice(0, 65_536));
const binary = Buffer.alloc(1024 * 1024, 'binary \u0000\u00ff');

const event = 'data: {"tea": "green"}\n\n';

const answers = {
  '/json': ['application/json; charset=utf-8', json],
  '/text': ['text/plain; charset=utf-8', text],
  '/binary': ['application/octet-stream', binary],
};

function handle(req, res) {
  if (req.method === 'POST') {
    let size = 0;
    req.on('data', (chunk) => {
      size += chunk.length;
    });
    req.on('end', () => res.end(JSON.stringify({ size })));
    return;
  }
  if (req.url === '/events') {
    res.writeHead(200, { 'content-type': 'text/event-stream' });
    res.write(event);
    // What comes later is not what is measured; it keeps the first one from going out with the end.
    setTimeout(() => res.end(event), 5);
    return;
  }
  const [type, body] = answers[req.url] ?? ['text/plain', Buffer.from('ok')];
  res.writeHead(200, { 'content-type': type, 'content-length': body.length });
  res.end(body);
}

if (require.main === module) createServer(handle).listen(process.env.PORT, '127.0.0.1');
module.exports = { handle, json, text, binary, event };
