/**
 * Every case of `cases/` over the three kinds of host. A new case is a new file; `UPDATE_GOLDEN=1` writes the responses
 * of the buffered host into the files, for a person to read.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveStage } from '../../config/index.ts';
import { stack } from '../../middleware/stack.ts';
import { type App, httpApp, relayTo, silent } from '../proxy/wire.ts';
import { send } from '../support/http.ts';
import { app } from './app.ts';
import { readCase, showResponse, writeCase } from './case.ts';
import { openHosts } from './hosts.ts';

const folder = fileURLToPath(new URL('./cases/', import.meta.url));
/** The app's files, where a case has any. */
const site = fileURLToPath(new URL('./site/', import.meta.url));

let behind: App;
beforeAll(async () => {
  behind = await httpApp(app);
});
afterAll(() => behind.close());

const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.txt'))
  .sort();

describe.each([...new Set(files.map((name) => name.split('/')[0] ?? ''))])('%s', (feature) => {
  test.each(
    files.filter((name) => name.startsWith(`${feature}/`)).map((name) => [basename(name, '.txt'), name] as const),
  )('%s', async (_title, name) => {
    const file = join(folder, name);
    const wanted = readCase(readFileSync(file, 'utf8'));
    const features = resolveStage(wanted.config, wanted.stage);
    const handler = await stack({ log: silent, features, dir: site }, relayTo(behind.port));
    const hosts = await openHosts(handler, wanted.stage);
    try {
      for (const host of hosts) {
        const response = showResponse(await send(host.url, wanted.sent));
        if (process.env.UPDATE_GOLDEN && host.name === 'buffered') writeFileSync(file, writeCase(wanted, response));
        else if (!process.env.UPDATE_GOLDEN) expect(response, host.name).toBe(wanted.response);
      }
    } finally {
      for (const host of hosts) host.close();
    }
  });
});
