/** `tags` of up.json on what a deploy makes: set with it, changed, and taken away again; those of others stay. */
import { ApiGatewayV2Client, GetApisCommand } from '@aws-sdk/client-apigatewayv2';
import { CloudWatchLogsClient, ListTagsForResourceCommand } from '@aws-sdk/client-cloudwatch-logs';
import { IAMClient, ListRoleTagsCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListTagsCommand, TagResourceCommand } from '@aws-sdk/client-lambda';
import { afterAll, expect, test } from 'vitest';
import { awsEnv, createSandbox, writeFiles } from '../support/sandbox.ts';

const sandbox = createSandbox();
afterAll(() => sandbox.close());

const app = `require('node:http').createServer((req, res) => res.end('hello')).listen(process.env.PORT);`;
const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:shop';
const groupArn = 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/shop';
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

/** Without those that begin with `up:`. */
const bare = (tags: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => !name.startsWith('up:')));

test('tags go on everything that is made, and change with up.json', async () => {
  const { url: endpoint } = await sandbox.platform();
  const client = { endpoint, region: 'us-east-1', credentials };
  const dir = sandbox.project('shop', { 'app.js': app });
  const deploy = async (upJson: object, ...words: string[]) => {
    writeFiles(dir, { 'up.json': JSON.stringify(upJson) });
    const ran = await sandbox.up([...words, '--no-check'], { cwd: dir, env: awsEnv(endpoint) });
    if (ran.code !== 0) throw new Error(ran.stderr);
    return ran.stdout + ran.stderr;
  };
  const onFunction = async () =>
    (await new LambdaClient(client).send(new ListTagsCommand({ Resource: functionArn }))).Tags ?? {};
  const everywhere = async () => {
    const [fn, role, group, apis] = await Promise.all([
      onFunction(),
      new IAMClient(client).send(new ListRoleTagsCommand({ RoleName: 'shop-function' })),
      new CloudWatchLogsClient(client).send(new ListTagsForResourceCommand({ resourceArn: groupArn })),
      new ApiGatewayV2Client(client).send(new GetApisCommand({})),
    ]);
    const roleTags = Object.fromEntries((role.Tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));
    return [fn, roleTags, group.tags, ...(apis.Items ?? []).map(({ Tags }) => Tags)].map(bare);
  };

  // with the first deploy, and with another stage
  const tags = { team: 'shop', 'cost-center': '4711' };
  await deploy({ tags });
  await deploy({ tags }, 'production');
  expect(await everywhere()).toEqual(Array(5).fill(tags));
  expect((await onFunction())['up:tags']).toBe('cost-center team');

  // one changes, one goes, and one that somebody has set by hand stays: it was never ours
  await new LambdaClient(client).send(new TagResourceCommand({ Resource: functionArn, Tags: { audit: 'yes' } }));
  const plan = await deploy({ tags: { team: 'web' } }, '--dry-run');
  expect(plan).toContain('~ tags         team shop → web');
  expect(plan).toContain('~ tags         cost-center 4711 → none');
  expect(await deploy({ tags: { team: 'web' } })).toContain('live: updated tags');
  const web = { team: 'web' };
  expect(await everywhere()).toEqual([{ ...web, audit: 'yes' }, web, web, web, web]);
  expect(await deploy({ tags: web })).toContain('Nothing to deploy');

  // as many as there may be give place to as many others: a resource has 50
  const many = (letter: string) => Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${letter}${n}`, '']));
  await deploy({ tags: many('a') });
  await deploy({ tags: many('b') });
  expect(await everywhere()).toEqual([{ ...many('b'), audit: 'yes' }, ...Array(4).fill(many('b'))]);

  // none is left of ours when the key is gone
  await deploy({});
  expect(await everywhere()).toEqual([{ audit: 'yes' }, {}, {}, {}, {}]);
  expect(await onFunction()).not.toHaveProperty('up:tags');
});
