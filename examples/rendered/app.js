import express from 'express';
import { clockPage, homePage } from './pages.js';
import { readSession, writeSession } from './session.js';
import { ticks } from './ticks.js';

const app = express();
// Behind AWS's front doors the protocol is in a header field.
app.set('trust proxy', true);
app.use(express.urlencoded({ extended: false }), express.json());

app.get('/', (req, res) => {
  res.send(homePage(readSession(req)));
});

app.post('/name', (req, res) => {
  writeSession(req, res, { name: nameOf(req) });
  res.redirect(303, '/');
});

app.get('/session', (req, res) => {
  res.json(readSession(req));
});

app.put('/session', (req, res) => {
  res.json(writeSession(req, res, { name: nameOf(req) }));
});

app.get('/clock', (_req, res) => {
  res.send(clockPage());
});

app.get('/ticks', ticks);

app.get('/broken', () => {
  throw new Error('made on purpose');
});

app.use((_req, res) => {
  res.status(404).json({ error: 'not found' });
});

app.use((error, _req, res, _next) => {
  console.error(error);
  res.status(error.status ?? 500).json({ error: 'see the log' });
});

function nameOf({ body }) {
  return String(body?.name ?? '').slice(0, 80);
}

app.listen(Number(process.env.PORT ?? 3000));
