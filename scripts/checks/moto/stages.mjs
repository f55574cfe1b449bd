/**
 * Stages of one function: their own front doors and environments, promotions, canaries, previews, and pruning. Nothing is
 * published after that: moto numbers a version by how many there are, and AWS never gives a number twice.
 */
import { expect, require } from '../check.mjs';
import { codeCalls, openApp } from './bench.mjs';
import { leftOf } from './left.mjs';

const front = ['CreateAlias', 'CreateApi', 'AddPermission', 'CreateIntegration', 'CreateRoute', 'CreateStage'];
const stage = ['PublishVersion', 'Invoke', ...front];

export async function stages(bench) {
  const { check, read } = bench;
  const app = await openApp(bench, 'staged');
  const settings = { environment: { COLOR: 'blue' }, lambda: { memory: 512 } };
  const production = { environment: { COLOR: 'red' }, lambda: { memory: 1024 } };
  app.configure({ ...settings, stages: { production } });
  const aliases = async () => {
    const found = await read('lambda', 'ListAliases', { FunctionName: 'staged' });
    return Object.fromEntries(found.Aliases.map(({ Name, FunctionVersion }) => [Name, FunctionVersion]));
  };
  const versions = async () =>
    (await read('lambda', 'ListVersionsByFunction', { FunctionName: 'staged' })).Versions.map(({ Version }) => Version);
  const configuration = (Qualifier) =>
    read('lambda', 'GetFunctionConfiguration', { FunctionName: 'staged', Qualifier });

  await check.case('stages: a second stage gets a version and a front door of its own, nothing else', async () => {
    await app.deploy();
    expect((await app.deploy('production')).changing, ['UpdateFunctionConfiguration', ...stage], 'changing calls');
    expect(await aliases(), { production: '2', staging: '1' }, 'aliases');
    const { MemorySize, Environment, CodeSha256 } = await configuration('production');
    expect([MemorySize, Environment.Variables.COLOR], [1024, 'red'], 'configuration');
    expect((await configuration('staging')).CodeSha256, CodeSha256, 'code of both stages');
  });

  await check.case('stages: a deploy of either makes no changing call', async () => {
    const all = [...(await app.deploy()).changing, ...(await app.deploy('production')).changing];
    expect(all, [], 'changing calls');
  });

  await check.case('stages: each has its URL', async () => {
    const [one, other] = [await app.run(['url']), await app.run(['url', '-s', 'production'])];
    require(one.stdout !== other.stdout && other.stdout.includes('execute-api'), `${one.stdout}, ${other.stdout}`);
    const apis = (await read('apigatewayv2', 'GetApis')).Items.filter(({ Tags }) => Tags['up:app'] === 'staged');
    const names = apis.map(({ Name, Tags }) => `${Name} ${Tags['up:stage']}`);
    expect(names.sort(), ['staged-production production', 'staged-staging staging'], 'apis');
  });

  await check.case('stages: up promote ships the very bytes with the configuration of the other stage', async () => {
    app.changeCode();
    await app.deploy();
    const { changing } = await app.run(['promote', 'staging', 'production'], { answers: true });
    expect(changing, ['UpdateFunctionConfiguration', ...codeCalls.slice(1)], 'changing calls');
    const [from, to] = [await configuration('staging'), await configuration('production')];
    expect(to.CodeSha256, from.CodeSha256, 'CodeSha256');
    expect([to.MemorySize, to.Environment.Variables.COLOR], [1024, 'red'], 'configuration');
    return `v${from.Version} is v${to.Version}`;
  });

  await check.case('stages: the same promotion again makes no changing call', async () => {
    expect((await app.run(['promote', 'staging', 'production'])).changing, [], 'changing calls');
  });

  await check.case('stages: a canary has its share, and up promote gives it the rest', async () => {
    app.changeCode();
    const before = (await aliases()).production;
    const { changing } = await app.run(['deploy', 'production', '--no-check', '--canary', '10%'], { answers: true });
    expect(changing, codeCalls, 'changing calls');
    const split = await read('lambda', 'GetAlias', { FunctionName: 'staged', Name: 'production' });
    const [[version, share]] = Object.entries(split.RoutingConfig.AdditionalVersionWeights);
    expect([split.FunctionVersion, share], [before, 0.1], 'alias');
    const rest = await app.run(['promote', '-s', 'production'], { answers: true });
    expect(rest.changing, ['Invoke', 'UpdateAlias'], 'changing calls');
    expect((await aliases()).production, version, 'alias');
  });

  await check.case('stages: a preview is a stage, and up prune takes it away', async () => {
    const { changing } = await app.run(['deploy', '--preview', 'feature/x', '--no-check'], { answers: true });
    expect(changing.slice(-front.length), front, 'last changing calls');
    expect(Object.keys(await aliases()), ['preview-feature-x', 'production', 'staging'], 'aliases');
    await app.run(['prune', 'feature/x', '-y']);
    expect(Object.keys(await aliases()), ['production', 'staging'], 'aliases');
    expect(await leftOf(bench, 'feature-x'), [], 'left');
  });

  await check.case('stages: up prune --retain 1 keeps what is live, and what it would go back to', async () => {
    const before = await versions();
    const { changing } = await app.run(['prune', '--retain', '1', '-y']);
    require(changing.length > 0 && changing.every((one) => one === 'DeleteFunction'), `changing calls: ${changing}`);
    const [after, live] = [await versions(), Object.values(await aliases())];
    expect(before.length - after.length, changing.length, 'versions less');
    require(live.every((version) => after.includes(version)), `${live} of ${after}`);
    expect((await app.run(['prune', '--retain', '1', '-y'])).changing, [], 'changing calls of another prune');
    return `${before.length - 1} versions before, ${after.length - 1} after`;
  });

  await check.case('stages: up delete of one leaves the other', async () => {
    await app.run(['delete', 'production', '-y']);
    expect(Object.keys(await aliases()), ['staging'], 'aliases');
    expect(await leftOf(bench, 'staged-production'), [], 'left');
  });

  await check.case('stages: up delete leaves nothing', async () => {
    await app.run(['delete', '-y']);
    expect(await leftOf(bench, 'staged'), [], 'left');
  });
}
