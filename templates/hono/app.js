import { serve } from '@hono/node-server';
import { Hono } from 'hono';

const app = new Hono();

app.get('/', (c) => c.text('Hello from Hono\n'));

app.get('/time', (c) => c.json({ time: new Date() }));

app.notFound((c) => c.json({ error: 'not found' }, 404));

serve({ fetch: app.fetch, port: Number(process.env.PORT ?? 3000) });
