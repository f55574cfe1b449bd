import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

const steps = ['Boil', 'Warm the pot', 'Add the leaves', 'Pour', 'Steep', 'Serve'];
const pauseMs = 500;

const page = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Tea, step by step</title>
  <ol></ol>
  <script>
    const events = new EventSource('/events');
    events.onmessage = ({ data }) => {
      document.querySelector('ol').append(Object.assign(document.createElement('li'), { textContent: data }));
    };
    // Without this the browser would ask again, and go on after the last step.
    events.addEventListener('done', () => events.close());
  </script>
</html>
`;

const server = createServer((req, res) => {
  if (req.url === '/') return sendPage(res);
  if (req.url === '/events') return sendEvents(req, res);
  res.writeHead(404, { 'content-type': 'text/plain' });
  res.end('Not found\n');
});

function sendPage(res) {
  res.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  res.end(page);
}

/** A browser that lost its connection says which event it saw last: it goes on there. */
async function sendEvents(req, res) {
  res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const seen = Number(req.headers['last-event-id'] ?? 0);
  for (let step = seen; step < steps.length && !res.destroyed; step++) {
    res.write(`id: ${step + 1}\ndata: ${steps[step]}\n\n`);
    await sleep(pauseMs);
  }
  res.end('event: done\ndata:\n\n');
}

server.listen(Number(process.env.PORT ?? 3000));
