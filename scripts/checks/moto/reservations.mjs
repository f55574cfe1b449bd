/** Concurrency that is reserved for the function, and that is provisioned for a stage. */
import { expect, require } from '../check.mjs';
import { openApp } from './bench.mjs';
import { leftOf } from './left.mjs';

export async function reservations(bench) {
  const { check, read } = bench;
  const app = await openApp(bench, 'limited');
  const reserved = async () =>
    (await read('lambda', 'GetFunctionConcurrency', { FunctionName: 'limited' })).ReservedConcurrentExecutions;
  const provisioned = async () => {
    const name = { FunctionName: 'limited', Qualifier: 'staging' };
    const found = await read('lambda', 'GetProvisionedConcurrencyConfig', name);
    return [found.RequestedProvisionedConcurrentExecutions, found.Status];
  };
  const tags = async () => (await read('lambda', 'GetFunction', { FunctionName: 'limited' })).Tags;

  await check.case('concurrency: a first deploy provisions the alias and reserves for the function', async () => {
    app.configure({ lambda: { provisioned: 2, reserved: 5 } });
    const { changing } = await app.deploy();
    const made = ['PutProvisionedConcurrencyConfig', 'PutFunctionConcurrency'];
    expect(changing.filter((one) => one.includes('Concurrency')).toSorted(), made.toSorted(), 'changing calls');
    expect([await reserved(), await provisioned()], [5, [2, 'READY']], 'concurrency');
    expect(await tags(), { 'up:app': 'limited', 'up:provisioned:staging': 'true', 'up:reserved': 'true' }, 'tags');
  });

  await check.case('concurrency: a second deploy makes no changing call', async () => {
    expect((await app.deploy()).changing, [], 'changing calls');
  });

  await check.case('concurrency: another reservation is PutFunctionConcurrency alone', async () => {
    app.configure({ lambda: { provisioned: 2, reserved: 6 } });
    expect((await app.deploy()).changing, ['PutFunctionConcurrency'], 'changing calls');
    expect(await reserved(), 6, 'reserved');
  });

  await check.case('concurrency: another count is PutProvisionedConcurrencyConfig alone', async () => {
    app.configure({ lambda: { provisioned: 3, reserved: 6 } });
    expect((await app.deploy()).changing, ['PutProvisionedConcurrencyConfig'], 'changing calls');
    expect(await provisioned(), [3, 'READY'], 'provisioned');
  });

  await check.case('concurrency: both more, each within what the other allows', async () => {
    app.configure({ lambda: { provisioned: 8, reserved: 9 } });
    const { changing } = await app.deploy();
    expect(changing, ['PutFunctionConcurrency', 'PutProvisionedConcurrencyConfig'], 'changing calls');
    app.configure({ lambda: { provisioned: 1, reserved: 2 } });
    const less = ['PutProvisionedConcurrencyConfig', 'PutFunctionConcurrency'];
    expect((await app.deploy()).changing, less, 'changing calls');
  });

  await check.case('concurrency: taken out of up.json, both go, and their marks', async () => {
    app.configure({});
    const { changing } = await app.deploy();
    const gone = ['DeleteFunctionConcurrency', 'UntagResource', 'DeleteProvisionedConcurrencyConfig', 'UntagResource'];
    expect(changing, gone, 'changing calls');
    expect([await reserved(), await tags()], [undefined, { 'up:app': 'limited' }], 'reserved, tags');
  });

  await check.case('concurrency: up delete leaves nothing', async () => {
    app.configure({ lambda: { provisioned: 1 } });
    await app.deploy();
    const { changing } = await app.run(['delete', '-y']);
    require(changing.includes('DeleteProvisionedConcurrencyConfig'), `changing calls: ${changing}`);
    expect(await leftOf(bench, 'limited'), [], 'left');
  });
}
