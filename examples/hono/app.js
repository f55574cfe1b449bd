import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { validator } from 'hono/validator';

const app = new Hono();

app.get('/', (c) => c.text('Hello from Hono\n'));

app.get('/teas/:name', (c) => c.json({ name: c.req.param('name'), milk: c.req.queries('milk') ?? [] }));

app.get('/visits', (c) => {
  const visits = Number(getCookie(c, 'visits') ?? 0) + 1;
  setCookie(c, 'visits', String(visits), { path: '/', httpOnly: true, sameSite: 'Lax' });
  return c.json({ visits });
});

const order = validator('json', ({ tea, grams }, c) =>
  typeof tea === 'string' && grams >= 50 ? { tea, grams } : c.json({ error: 'tea, and 50 grams at least' }, 400),
);

app.post('/orders', order, (c) => c.json(c.req.valid('json'), 201));

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) });
