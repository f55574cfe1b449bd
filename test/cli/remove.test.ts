/** Removing what was deployed: nothing of ours stays, nothing of others goes, and an end at any call is no harm. */
import { CreateApiCommand } from '@aws-sdk/client-apigatewayv2';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { AddPermissionCommand, UpdateAliasCommand } from '@aws-sdk/client-lambda';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Clients } from '../../cli/aws/clients.ts';
import { silentReporter } from '../../cli/output/reporter.ts';
import { readInventory } from '../../cli/stack/inventory.ts';
import { removeItems } from '../../cli/stack/remove.ts';
import { selectDelete } from '../../cli/stack/select-delete.ts';
import { AwsError } from '../../local/aws/error.ts';
import { createFunction, createRole, trust } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';
import { clientsOf, deploySteps, identity, wantedOf } from '../support/deploys.ts';
import { isRead } from '../support/recorder.ts';

let platform: Platform;
let clients: Clients;
/** Changes that still succeed. */
let calls = Number.POSITIVE_INFINITY;

beforeEach(async () => {
  calls = Number.POSITIVE_INFINITY;
  const onCall = (_service: string, operation: string) => {
    if (!isRead(operation) && calls-- <= 0) throw new AwsError('ServiceException', 'The power went out');
  };
  platform = await startPlatform({ onCall });
  clients = clientsOf(platform);
});
afterEach(() => platform.stop());

async function remove(stage: string | null, app = 'shop'): Promise<void> {
  const scope = { clients, app, identity };
  const selection = selectDelete(await readInventory(scope), { stage, retain: [] });
  await removeItems({ report: silentReporter, standing: () => {} }, scope, selection.remove);
}

/** Two stages, one of each front. */
async function deployBoth(): Promise<void> {
  const upJson = { stages: { production: { url: 'function_url' } } };
  await deploySteps(clients, wantedOf(upJson));
  await deploySteps(clients, wantedOf(upJson, { stage: 'production' }));
}

function left() {
  const { roles, functions, apis, logGroups } = platform.store.state;
  return [roles, functions, apis, logGroups].flatMap((some) => Object.keys(some));
}

describe('the whole app', () => {
  test('leaves nothing behind, also of what was added by hand', async () => {
    await deployBoth();
    const PolicyDocument = '{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}';
    await clients.iam.send(
      new PutRolePolicyCommand({ RoleName: 'shop-function', PolicyName: 'theirs', PolicyDocument }),
    );
    const PolicyArn = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
    await clients.iam.send(new AttachRolePolicyCommand({ RoleName: 'shop-function', PolicyArn }));
    await remove(null);
    expect(left()).toEqual([]);
  });

  test('takes its parameters along, but none that somebody else has made', async () => {
    await deployBoth();
    const names = [
      '/up/shop/staging/API_KEY',
      '/up/shop/all/API_KEY',
      '/up/shop/all/THEIRS',
      '/up/shop-two/all/API_KEY',
    ];
    const Tags = [{ Key: 'up:app', Value: 'shop' }];
    for (const Name of names) {
      const tags = Name.endsWith('THEIRS') ? {} : { Tags };
      await clients.ssm.send(new PutParameterCommand({ Name, Value: 'secret', Type: 'SecureString', ...tags }));
    }
    await remove('staging');
    expect(Object.keys(platform.store.state.parameters)).toEqual(names.slice(1));
    await remove(null);
    expect(Object.keys(platform.store.state.parameters)).toEqual(names.slice(2));
  });

  test('is removed by the next run, at whichever change one has ended', async () => {
    let ended = 0;
    for (let call = 0; ; call++) {
      await deployBoth();
      calls = call;
      const failed = await remove(null).then(
        () => false,
        () => true,
      );
      calls = Number.POSITIVE_INFINITY;
      await remove(null);
      expect(left(), `ended at change ${call}`).toEqual([]);
      if (!failed) break;
      ended++;
    }
    expect(ended).toBe(6);
  });

  test('can be deployed again afterwards', async () => {
    await deployBoth();
    await remove(null);
    await deployBoth();
    expect(left()).toEqual(['shop-function', 'shop', expect.any(String), '/aws/lambda/shop']);
  });
});

describe('a stage', () => {
  test('goes with its URL and its versions; the other one stays as it was', async () => {
    await deployBoth();
    await remove('production');
    const fn = platform.store.state.functions.shop;
    expect(Object.keys(fn?.aliases ?? {})).toEqual(['staging']);
    expect(Object.keys(fn?.versions ?? {})).toEqual(['1']);
    expect(fn?.urls).toEqual({});
    expect(Object.keys(platform.store.state.apis)).toHaveLength(1);
  });

  test('leaves the version that another stage sends a canary to', async () => {
    await deployBoth();
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.1 } };
    await clients.lambda.send(new UpdateAliasCommand({ FunctionName: 'shop', Name: 'staging', RoutingConfig }));
    await remove('production');
    expect(Object.keys(platform.store.state.functions.shop?.versions ?? {})).toEqual(['1', '2']);
  });
});

describe('of somebody else, with our names,', () => {
  test('nothing is removed', async () => {
    await createRole(platform);
    await createFunction(platform, { FunctionName: 'shop' });
    await clients.iam.send(new CreateRoleCommand({ RoleName: 'shop-function', AssumeRolePolicyDocument: trust }));
    await clients.logs.send(new CreateLogGroupCommand({ logGroupName: '/aws/lambda/shop' }));
    await clients.api.send(new CreateApiCommand({ Name: 'shop-staging', ProtocolType: 'HTTP' }));
    const before = left();
    await remove(null);
    expect(left()).toEqual(before);
    expect(before).toHaveLength(5);
  });

  test('nor is what belongs to another app of ours', async () => {
    await deploySteps(clients, wantedOf({ name: 'shop-two' }));
    const before = left();
    await remove(null);
    expect(left()).toEqual(before);
  });

  test('what others have allowed on a stage of ours is not listed', async () => {
    await deployBoth();
    const statement = {
      FunctionName: 'shop',
      Qualifier: 'staging',
      StatementId: 'theirs',
      Principal: 's3.amazonaws.com',
    };
    await clients.lambda.send(new AddPermissionCommand({ ...statement, Action: 'lambda:InvokeFunction' }));
    const items = await readInventory({ clients, app: 'shop', identity });
    expect(items.map(({ name }) => name)).not.toContain('theirs');
  });
});
