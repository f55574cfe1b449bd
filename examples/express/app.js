import express from 'express';

const app = express();
app.use(express.json());

app.get('/', (_req, res) => {
  res.send('Hello from Express\n');
});

app.get('/users/:name', (req, res) => {
  res.json({ name: req.params.name, query: req.query });
});

app.post('/echo', (req, res) => {
  res.status(201).json(req.body);
});

app.listen(Number(process.env.PORT ?? 3000));
