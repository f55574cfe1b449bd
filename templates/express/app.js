import express from 'express';

const app = express();

app.use(express.json());

app.get('/', (_req, res) => {
  res.type('text').send('Hello from Express\n');
});

app.get('/time', (_req, res) => {
  res.json({ time: new Date() });
});

app.use((_req, res) => {
  res.status(404).json({ error: 'not found' });
});

app.listen(process.env.PORT ?? 3000);
