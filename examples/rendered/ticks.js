/** Ends by itself, after which browsers ask again: nobody tells a function in Lambda that its client has gone. */
const seconds = 30;

export function ticks(_req, res) {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  let id = 0;
  const tick = () => {
    id++;
    res.write(`id: ${id}\ndata: ${new Date().toISOString()}\n\n`);
    if (id === seconds) res.end();
  };
  tick();
  const timer = setInterval(tick, 1000);
  res.on('close', () => clearInterval(timer));
}
