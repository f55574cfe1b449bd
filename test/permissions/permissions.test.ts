/** docs/permissions.json: what a deploy needs, neither less nor more. `npm run permissions` tries it action by action. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { send } from '../support/http.ts';
import { awsEnv, createSandbox, parseJson, type Ran } from '../support/sandbox.ts';
import { readPolicy, readRecorded, without } from './files.ts';
import type { PolicyDocument } from './policy.ts';
import { code } from './story.ts';

const names = { app: 'permitted', region: 'us-east-1', account: '000000000000' };
const policy = readPolicy(names);
const actions = policy.Statement.flatMap(({ Action }) => Action);

describe('the policy', () => {
  test('reaches nothing but what carries the name of the app, where AWS lets one say so', () => {
    const bare = policy.Statement.filter(({ Resource }) => [Resource].flat().some((one) => !one.includes(names.app)));
    // A layer is somebody else's; a domain, its zone and its certificate are not the app's by name. Ids of APIs are chosen by AWS; the bucket is that of all apps, each under its own name in it.
    const expected = ['Layers', 'Apis', 'Domains', 'Packages', 'Certificates', 'Records', 'Lists'];
    expect(bare.map(({ Sid }) => Sid)).toEqual(expected);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  test('hands a role to the named services alone', () => {
    const passing = policy.Statement.filter(({ Action }) => Action.includes('iam:PassRole'));
    expect(passing.map(({ Condition }) => Condition?.StringEquals['iam:PassedToService'])).toEqual([
      ['lambda.amazonaws.com', 'scheduler.amazonaws.com'],
    ]);
  });

  test('is what was recorded', () => {
    const recorded = Object.values(readRecorded()).flatMap((permissions) => permissions.map(({ action }) => action));
    expect(new Set(actions)).toEqual(new Set(recorded));
  });

  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
  test('fits into a managed policy', () => {
    expect(JSON.stringify(policy).length).toBeLessThan(6_144);
  });
});

describe('under exactly this policy', () => {
  const sandbox = createSandbox();
  const file = join(sandbox.root, 'policy.json');
  const use = (one: PolicyDocument) => writeFileSync(file, JSON.stringify(one));
  let endpoint: string;
  let dir: string;

  const deploy = (): Promise<Ran> => sandbox.up(['--no-check', '--json'], { cwd: dir, env: awsEnv(endpoint) });

  beforeAll(async () => {
    use(policy);
    endpoint = (await sandbox.platform({}, ['--policy', file])).url;
    dir = sandbox.project(names.app, {});
  });
  afterAll(() => sandbox.close());

  test('an app is deployed; without one action the next deploy names it and changes nothing; with it, it goes on', async () => {
    code('one')({ dir, endpoint });
    const first = await deploy();
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const { url } = parseJson(first.stdout);

    code('two')({ dir, endpoint });
    use(without(policy, 'lambda:UpdateAlias'));
    const denied = await deploy();
    expect(denied).toMatchObject({ code: 4, stdout: '' });
    expect(parseJson(denied.stderr).error).toMatchObject({
      code: 'UP_AWS_DENIED',
      message: 'AWS does not allow lambda:UpdateAlias',
      evidence: expect.stringMatching(/^Resource +arn:aws:lambda:us-east-1:000000000000:function:permitted$/m),
      next: ['up doctor', 'up --no-check --json'],
    });
    expect((await send(url)).text).toBe('one');

    use(policy);
    expect((await deploy()).code).toBe(0);
    expect((await send(url)).text).toBe('two');
  });
});
