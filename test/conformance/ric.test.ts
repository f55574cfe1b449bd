/**
 * The suite of all hosts through AWS's own client of the Runtime API. That is a native build which nobody else needs, so
 * this runs only where `UP_TEST_RIC` names its entry: `npm run check:ric`. `UP_TEST_RIC_NODE`: the Node to run it.
 */
import { afterAll, beforeAll, describe } from 'vitest';
import { createSandbox, type Sandbox } from '../support/sandbox.ts';
import { conformanceProject, directHost, downFile, type Host, ricHost, unpackedPackage } from './hosts.ts';
import { suite } from './suite.ts';
import { type RicName, ricWays } from './ways.ts';

const { UP_TEST_RIC: client = '', UP_TEST_RIC_NODE: node = process.execPath } = process.env;

describe.skipIf(client === '').each(Object.entries(ricWays).map(([name, way]) => ({ name, ...way })))(
  '$name: $about',
  ({ name, ...way }) => {
    let sandbox: Sandbox;
    let hosts: Host[] = [];

    beforeAll(async () => {
      sandbox = createSandbox();
      const dir = conformanceProject(sandbox);
      const taskRoot = await unpackedPackage(sandbox, dir);
      hosts = await Promise.all([
        directHost(sandbox, dir),
        ricHost(name as RicName, sandbox, taskRoot, { node, client }),
      ]);
    });
    afterAll(async () => {
      for (const host of hosts) await host.close();
      await sandbox.close();
    });

    suite(name as RicName, way, {
      host(wanted) {
        const found = hosts.find((host) => host.name === wanted);
        if (!found) throw new Error(`no host "${wanted}"`);
        return found;
      },
      downFile: () => downFile(sandbox),
    });
  },
);
