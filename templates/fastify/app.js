import Fastify from 'fastify';

// `up` writes a record of every request itself.
const app = Fastify({ logger: true, disableRequestLogging: true });

app.get('/', () => 'Hello from Fastify\n');

app.get('/time', () => ({ time: new Date() }));

app.setNotFoundHandler((_req, reply) => {
  reply.code(404).send({ error: 'not found' });
});

await app.listen({ port: Number(process.env.PORT ?? 3000) });
