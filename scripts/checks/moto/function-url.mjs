/** A stage behind a Function URL. */
import { expect, require } from '../check.mjs';
import { codeCalls, openApp } from './bench.mjs';
import { leftOf } from './left.mjs';

export async function functionUrl(bench) {
  const { check, read } = bench;
  const app = await openApp(bench, 'linked');
  const config = () => read('lambda', 'GetFunctionUrlConfig', { FunctionName: 'linked', Qualifier: 'staging' });
  let url = '';

  await check.case('url: a first deploy makes the URL and both permissions', async () => {
    app.configure({ url: 'function_url' });
    const { changing, stdout } = await app.deploy();
    const made = ['CreateAlias', 'CreateFunctionUrlConfig', 'AddPermission', 'AddPermission'];
    expect(changing.slice(-4), made, 'last changing calls');
    require(/^https:\/\/\w+\.lambda-url\.us-east-1\.on\.aws\/$/.test(stdout), `stdout ${stdout}`);
    url = stdout;
    return url;
  });

  await check.case('url: boto3 finds it, and who may call it', async () => {
    const { FunctionUrl, AuthType, InvokeMode } = await config();
    expect([FunctionUrl, AuthType, InvokeMode], [url, 'NONE', 'RESPONSE_STREAM'], 'url');
    const { Policy } = await read('lambda', 'GetPolicy', { FunctionName: 'linked', Qualifier: 'staging' });
    const found = JSON.parse(Policy).Statement.map(({ Sid, Action, Principal }) => [Sid, Action, Principal]);
    const wanted = [
      ['up-staging-url', 'lambda:InvokeFunctionUrl', '*'],
      ['up-staging-url-invoke', 'lambda:InvokeFunction', '*'],
    ];
    expect(found, wanted, 'permissions');
    expect(
      (await leftOf(bench, 'linked')).filter((one) => one.startsWith('GetApis')),
      [],
      'apis',
    );
  });

  await check.case('url: a second deploy makes no changing call', async () => {
    const { changing, stdout } = await app.deploy();
    expect([changing, stdout], [[], url], 'changing calls, stdout');
  });

  await check.case('url: without streaming it is UpdateFunctionUrlConfig beside the code', async () => {
    app.configure({ url: 'function_url', proxy: { stream: false } });
    const { changing, stdout } = await app.deploy();
    const others = changing.filter((one) => one !== 'UpdateFunctionConfiguration' && !codeCalls.includes(one));
    expect([others, stdout], [['UpdateFunctionUrlConfig'], url], 'changing calls, stdout');
    expect((await config()).InvokeMode, 'BUFFERED', 'mode');
    expect((await app.deploy()).changing, [], 'changing calls of another deploy');
  });

  await check.case('url: up delete leaves nothing', async () => {
    const { changing } = await app.run(['delete', '-y']);
    require(changing.includes('DeleteFunctionUrlConfig'), `changing calls: ${changing}`);
    expect(await leftOf(bench, 'linked'), [], 'left');
  });
}
