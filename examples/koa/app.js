import Router from '@koa/router';
import Koa from 'koa';

// The last address of X-Forwarded-For is the front door's, all before it the client's word.
const app = new Koa({ proxy: true, maxIpsCount: 1 });
const router = new Router();

app.use(async function seconds(ctx, next) {
  const began = performance.now();
  await next();
  ctx.set('x-response-time', `${(performance.now() - began).toFixed(1)}ms`);
});

router.get('/', (ctx) => {
  ctx.body = 'Hello from Koa\n';
});

router.get('/teas/:name', (ctx) => {
  ctx.assert(ctx.params.name !== 'coffee', 404, 'That is no tea');
  ctx.body = { name: ctx.params.name, ip: ctx.ip };
});

router.get('/visits', (ctx) => {
  const visits = Number(ctx.cookies.get('visits') ?? 0) + 1;
  ctx.cookies.set('visits', String(visits), { sameSite: 'lax' });
  ctx.body = { visits };
});

app.use(router.routes()).use(router.allowedMethods());
app.listen(Number(process.env.PORT ?? 3000));
