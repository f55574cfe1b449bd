import cookie from '@fastify/cookie';
import Fastify from 'fastify';

// Its log is one JSON object a line: `up logs` reads its levels and fields as they are. One proxy stands before it: what
// X-Forwarded-For said before that one is the client's word.
const app = Fastify({ logger: true, trustProxy: 1 });
await app.register(cookie);

const order = {
  type: 'object',
  required: ['tea', 'grams'],
  properties: { tea: { type: 'string' }, grams: { type: 'integer', minimum: 50 } },
};

app.get('/', async () => 'Hello from Fastify\n');

app.get('/visits', async (req, reply) => {
  const visits = Number(req.cookies.visits ?? 0) + 1;
  reply.setCookie('visits', String(visits), { path: '/', httpOnly: true, sameSite: 'lax' });
  return { visits };
});

app.post('/orders', { schema: { body: order } }, async (req, reply) => {
  req.log.info({ order: req.body }, 'ordered');
  return reply.code(201).send(req.body);
});

await app.listen({ port: Number(process.env.PORT ?? 3000), host: '0.0.0.0' });
