// Stands where AWS's own runtime client stands: imports the handler once and calls it for each event it is sent.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const { handler } = await import(pathToFileURL(join(process.env.LAMBDA_TASK_ROOT, '_up', 'handler.mjs')).href);
process.send({ length: handler.length });

process.on('message', async ({ id, event, timeout }) => {
  const deadline = Date.now() + timeout;
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => deadline - Date.now() };
  process.send({ id, result: await handler(event, context) });
});
