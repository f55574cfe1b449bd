/**
 * One invocation, from the event handed out to the answer received: our proxy with its app in a process of its own,
 * against AWS's client with an empty handler, and against what adapts the same app inside that client.
 */
import { createFunctions, eventOf, invocationTime, missingClient, nothingOn } from './functions.mjs';
import { claimOf, measureTurns } from './pairs.mjs';

const toFloor = 'aws client, empty handler';
const toSame = 'aws client, the same body';
export const claims = [
  claimOf('invoke.small', 1.0, toFloor, 'up.json', 'aws.empty'),
  claimOf('invoke.features', 1.15, toFloor, 'features.json', 'aws.empty'),
  claimOf('invoke.express', 0.7, 'serverless-http with express', 'express.json', 'serverless-http-express.json'),
  claimOf('invoke.native', 1.35, "AWS's Lambda Web Adapter", 'up.json', 'lwa.json'),
  claimOf('invoke.text', 1.9, toSame, 'up.text', 'aws.text'),
  claimOf('invoke.text-streamed', 1.6, toSame, 'streamed.text', 'aws.text'),
  claimOf('invoke.text-peer', 0.9, 'serverless-http, the same app', 'up.text', 'serverless-http.text'),
  claimOf('invoke.binary', 0.5, toSame, 'up.binary', 'aws.binary'),
  claimOf('invoke.binary-streamed', 0.2, toSame, 'streamed.binary', 'aws.binary'),
  claimOf('invoke.upload', 0.45, toSame, 'up.upload', 'aws.upload'),
  claimOf('invoke.first-event', 1.6, 'aws client, a stream of its own', 'streamed.events', 'aws.events'),
  claimOf('invoke.ten', 1, 'ours, one at a time', 'ten.json', 'one.json'),
];

const features = {
  headers: { '/*': { 'X-Content-Type-Options': 'nosniff' } },
  cors: { allowed_origins: ['https://front.example'], allow_credentials: true },
};

const events = {
  json: eventOf('GET', '/json'),
  text: eventOf('GET', '/text'),
  binary: eventOf('GET', '/binary'),
  events: eventOf('GET', '/events'),
  upload: eventOf('POST', '/upload', { body: Buffer.alloc(1024 * 1024, 'up'), base64: true }),
};

/** Middles of batches by `function.body`, milliseconds. */
export async function measure(note) {
  const missing = await missingClient();
  if (missing) {
    note(`all of it is left out: AWS's client takes ${missing}`);
    return {};
  }
  const functions = createFunctions(note);
  try {
    const runs = {
      up: await functions.start(await functions.ours(nothingOn)),
      streamed: await functions.start(
        await functions.ours({ ...nothingOn, stages: { staging: { url: 'function_url' } } }),
      ),
      features: await functions.start(await functions.ours(features)),
      express: await functions.start(await functions.ours(nothingOn, { app: 'express.cjs', needs: true })),
    };
    for (const name of ['serverless-http', 'serverless-http-express', 'codegenie', 'hono', 'fastify'])
      runs[name] = await functions.start(await functions.theirs(name));
    runs.aws = await functions.start(await functions.theirs('bodies'));
    const adapted = await functions.adapted();
    if (adapted) runs.lwa = await functions.start(adapted);
    const empty = await functions.start(await functions.theirs('empty'));
    const firstEvent = await functions.start(await functions.theirs('events'));
    // As a Managed Instance hands out: https://docs.aws.amazon.com/lambda/latest/dg/lambda-managed-instances-runtimes.html
    const several = await functions.start(
      await functions.ours(nothingOn, { env: { AWS_LAMBDA_MAX_CONCURRENCY: '10' } }),
    );
    const small = turnsOf(runs, ['json'], Object.keys(runs));
    const costs = {
      ...(await measureTurns(
        { ...small, 'aws.empty': once(empty, events.json) },
        { turns: 60, batch: 100, seconds: 60 },
      )),
      ...(await measureTurns(turnsOf(runs, ['text'], ['up', 'streamed', 'aws', 'serverless-http', 'hono', 'fastify']), {
        turns: 40,
        batch: 40,
        seconds: 40,
      })),
      ...(await measureTurns(
        { ...turnsOf(runs, ['binary'], ['up', 'streamed', 'aws']), ...turnsOf(runs, ['upload'], ['up', 'aws']) },
        { turns: 25, batch: 10, seconds: 40 },
      )),
      ...(await measureTurns(
        {
          'streamed.events': () => invocationTime(runs.streamed, events.events, 'data: '),
          'aws.events': () => invocationTime(firstEvent, events.events, 'data: '),
        },
        { turns: 20, batch: 20, seconds: 20 },
      )),
      ...(await measureTurns(
        { 'ten.json': () => timeOfEach(several, 10), 'one.json': () => timeOfEach(several, 1) },
        { turns: 30, batch: 10, seconds: 20 },
      )),
    };
    return costs;
  } finally {
    await functions.close();
  }
}

function turnsOf(runs, bodies, names) {
  return Object.fromEntries(
    names.flatMap((name) => bodies.map((body) => [`${name}.${body}`, once(runs[name], events[body])])),
  );
}

const requests = 100;

/** Of many requests, so many at a time: milliseconds by request. */
async function timeOfEach(run, atATime) {
  const started = performance.now();
  const loops = Array.from({ length: atATime }, async () => {
    for (let sent = 0; sent < requests / atATime; sent++) await invocationTime(run, events.json);
  });
  await Promise.all(loops);
  return (performance.now() - started) / requests;
}

function once(run, event) {
  return () => invocationTime(run, event);
}
