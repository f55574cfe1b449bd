import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DeleteParametersCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParameterHistoryCommand,
  GetParametersByPathCommand,
  GetParametersCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  type PutParameterCommandInput,
  paginateGetParametersByPath,
  RemoveTagsFromResourceCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Platform, startPlatform } from '../fakes/platform.ts';

const name = '/up/app/staging/API_KEY';
const secret = 'correct-horse-battery';

let platform: Platform;
beforeEach(async () => {
  platform = await startPlatform({ clock: () => Date.UTC(2026, 0, 1) });
});
afterEach(() => platform.stop());

function put(input: Partial<PutParameterCommandInput> = {}) {
  return platform.ssm.send(
    new PutParameterCommand({ Name: name, Value: secret, Type: 'SecureString', Overwrite: true, ...input }),
  );
}

async function read(asked: string): Promise<string | undefined> {
  const { Parameter } = await platform.ssm.send(new GetParameterCommand({ Name: asked, WithDecryption: true }));
  return Parameter?.Value;
}

describe('a parameter', () => {
  test('is put and read back', async () => {
    expect(await put({ Overwrite: false })).toMatchObject({ Version: 1, Tier: 'Standard' });
    const { Parameter } = await platform.ssm.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    expect(Parameter).toEqual({
      Name: name,
      Type: 'SecureString',
      Value: secret,
      Version: 1,
      LastModifiedDate: new Date(Date.UTC(2026, 0, 1)),
      ARN: `arn:aws:ssm:us-east-1:000000000000:parameter${name}`,
      DataType: 'text',
    });
  });

  test.each([name, 'PLAIN'])('is read by its ARN as well, with a version and without: %s', async (Name) => {
    await put({ Name });
    await put({ Name, Value: 'later' });
    const { Parameter } = await platform.ssm.send(new GetParameterCommand({ Name }));
    const arn = Parameter?.ARN ?? '';
    expect([await read(arn), await read(`${arn}:1`)]).toEqual(['later', secret]);
    const several = await platform.ssm.send(new GetParametersCommand({ Names: [arn, `${arn}-not`] }));
    expect(several.Parameters).toMatchObject([{ Name }]);
    expect(several.InvalidParameters).toEqual([`${arn}-not`]);
    const { Parameters } = await platform.ssm.send(new GetParameterHistoryCommand({ Name: arn }));
    expect(Parameters).toHaveLength(2);
  });

  test('has a value that fits the pattern it is put with', async () => {
    await expect(put({ AllowedPattern: '^\\d+$', Value: '12a' })).rejects.toMatchObject({
      name: 'ParameterPatternMismatchException',
    });
    await expect(put({ AllowedPattern: '(' })).rejects.toMatchObject({ name: 'InvalidAllowedPatternException' });
    await put({ AllowedPattern: '^\\d+$', Value: '12' });
    expect(await read(name)).toBe('12');
  });

  test('is not overwritten unasked', async () => {
    await put();
    await expect(put({ Overwrite: false })).rejects.toMatchObject({ name: 'ParameterAlreadyExists' });
  });

  test('needs a type, which then stays', async () => {
    await expect(put({ Type: undefined })).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'A parameter type is required when you create a parameter.',
    });
    await put({ Type: 'String' });
    expect(await put({ Type: undefined })).toMatchObject({ Version: 2 });
    await expect(put()).rejects.toMatchObject({ name: 'HierarchyTypeMismatchException' });
  });

  test('takes tags when it is made, not when it is overwritten', async () => {
    const Tags = [{ Key: 'up:app', Value: 'app' }];
    await expect(put({ Tags })).rejects.toMatchObject({ name: 'ValidationException' });
    await put({ Overwrite: false, Tags });
    const resource = { ResourceType: 'Parameter', ResourceId: name } as const;
    await platform.ssm.send(new AddTagsToResourceCommand({ ...resource, Tags: [{ Key: 'team', Value: 'a' }] }));
    const { TagList } = await platform.ssm.send(new ListTagsForResourceCommand(resource));
    expect(TagList).toEqual([...Tags, { Key: 'team', Value: 'a' }]);
    await platform.ssm.send(new RemoveTagsFromResourceCommand({ ...resource, TagKeys: ['up:app'] }));
    expect(await platform.ssm.send(new ListTagsForResourceCommand(resource))).toMatchObject({
      TagList: [{ Key: 'team', Value: 'a' }],
    });
    await expect(
      platform.ssm.send(new ListTagsForResourceCommand({ ...resource, ResourceId: '/none' })),
    ).rejects.toMatchObject({ name: 'InvalidResourceId' });
  });

  test.each([
    ['an empty value', { Value: '' }, 'ValidationException'],
    ['a value over 4 KB', { Value: 'é'.repeat(2049) }, 'ValidationException'],
    ['a value that refers to another', { Value: 'a {{ssm:b}}' }, 'ValidationException'],
    ['a name with a space', { Name: '/up/a b' }, 'ValidationException'],
    ['a path that does not begin with a slash', { Name: 'up/a' }, 'ValidationException'],
    ['a name of AWS', { Name: '/aws/a' }, 'AccessDeniedException'],
    ['more than 15 levels', { Name: '/a'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
    ['a type that does not exist', { Type: 'Number' as 'String' }, 'ValidationException'],
  ])('is refused with %s', async (_title, input, error) => {
    await expect(put(input)).rejects.toMatchObject({ name: error, $metadata: { httpStatusCode: 400 } });
  });

  test('of 8 KB is one of the advanced tier', async () => {
    expect(await put({ Value: 'a'.repeat(8192), Tier: 'Advanced' })).toMatchObject({ Tier: 'Advanced' });
  });

  test('outlives the platform', async () => {
    await put();
    platform = await platform.restart();
    expect(await read(name)).toBe(secret);
  });
});

describe('a secret', () => {
  test('shows only to who asks for decryption', async () => {
    await put();
    const { Parameter } = await platform.ssm.send(new GetParameterCommand({ Name: name }));
    expect(Parameter?.Value).toMatch(/^AQICAH/);
    expect(JSON.stringify(Parameter)).not.toContain(secret);
  });

  test('is described without its value', async () => {
    await put({ Description: 'of the shop' });
    const { Parameters } = await platform.ssm.send(new DescribeParametersCommand({}));
    expect(Parameters).toMatchObject([
      { Name: name, Type: 'SecureString', KeyId: 'alias/aws/ssm', Version: 1, Description: 'of the shop' },
    ]);
    expect(JSON.stringify(Parameters)).not.toContain(secret);
  });
});

describe('versions', () => {
  beforeEach(async () => {
    for (const Value of ['one', 'two', 'three']) await put({ Value });
  });

  test('are counted, and each is found by its number', async () => {
    expect(await read(name)).toBe('three');
    expect(await read(`${name}:1`)).toBe('one');
    const { Parameter } = await platform.ssm.send(new GetParameterCommand({ Name: `${name}:2` }));
    expect(Parameter).toMatchObject({ Name: name, Version: 2, Selector: ':2' });
  });

  test('that never were are not found', async () => {
    await expect(read(`${name}:4`)).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
    await expect(read('/none')).rejects.toMatchObject({ name: 'ParameterNotFound' });
  });

  test('make a history', async () => {
    const { Parameters = [] } = await platform.ssm.send(
      new GetParameterHistoryCommand({ Name: name, WithDecryption: true }),
    );
    expect(Parameters.map(({ Version, Value }) => `${Version} ${Value}`)).toEqual(['1 one', '2 two', '3 three']);
  });

  test('are kept a hundred deep', async () => {
    await Promise.all(Array.from({ length: 98 }, () => put({ Value: 'more' })));
    expect(await read(`${name}:2`)).toBe('two');
    await expect(read(`${name}:1`)).rejects.toMatchObject({ name: 'ParameterVersionNotFound' });
  });
});

describe('several at once', () => {
  test('come with the names that are not there', async () => {
    await put();
    const { Parameters, InvalidParameters } = await platform.ssm.send(
      new GetParametersCommand({ Names: [`${name}:1`, `${name}:2`, '/none'], WithDecryption: true }),
    );
    expect(Parameters).toMatchObject([{ Name: name, Value: secret, Selector: ':1' }]);
    expect(InvalidParameters).toEqual([`${name}:2`, '/none']);
  });

  test('are ten at most', async () => {
    const Names = Array.from({ length: 11 }, (_, index) => `/a/${index}`);
    await expect(platform.ssm.send(new GetParametersCommand({ Names }))).rejects.toMatchObject({
      name: 'ValidationException',
      message: expect.stringContaining('Member must have length less than or equal to 10'),
    });
  });

  test('are deleted with all their versions', async () => {
    await put();
    await put();
    const { DeletedParameters, InvalidParameters } = await platform.ssm.send(
      new DeleteParametersCommand({ Names: [name, '/none'] }),
    );
    expect({ DeletedParameters, InvalidParameters }).toEqual({
      DeletedParameters: [name],
      InvalidParameters: ['/none'],
    });
    await expect(platform.ssm.send(new DeleteParameterCommand({ Name: name }))).rejects.toMatchObject({
      name: 'ParameterNotFound',
    });
    expect(await put()).toMatchObject({ Version: 1 });
  });
});

describe('a folder of them', () => {
  beforeEach(async () => {
    const values = Array.from({ length: 12 }, (_, index) => `${index + 10}`);
    await Promise.all([
      ...values.map((value) => put({ Name: `/up/app/all/V${value}`, Value: `v${value}` })),
      put({ Name: '/up/app/all/deep/V' }),
      put({ Name: '/up/application/V' }),
    ]);
  });

  test('comes in pages of ten, without the folders in it', async () => {
    const pages: (string | undefined)[][] = [];
    const input = { Path: '/up/app/all', WithDecryption: true };
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client: platform.ssm }, input))
      pages.push(Parameters.map(({ Value }) => Value));
    expect(pages.map(({ length }) => length)).toEqual([10, 2]);
    expect(pages.flat()).toEqual(Array.from({ length: 12 }, (_, index) => `v${index + 10}`));
  });

  test('comes with the folders in it, when they are asked for', async () => {
    const names: (string | undefined)[] = [];
    const input = { Path: '/up/app/', Recursive: true };
    for await (const { Parameters = [] } of paginateGetParametersByPath({ client: platform.ssm }, input))
      names.push(...Parameters.map(({ Name }) => Name));
    expect(names).toHaveLength(13);
    expect(names).not.toContain('/up/application/V');
  });

  test.each([
    ['a page of eleven', { Path: '/up', MaxResults: 11 }, 'ValidationException'],
    ['a path without a slash', { Path: 'up' }, 'ValidationException'],
    ['a token of somebody else', { Path: '/up', NextToken: 'nonsense!' }, 'InvalidNextToken'],
  ])('is refused for %s', async (_title, input, error) => {
    await expect(platform.ssm.send(new GetParametersByPathCommand(input))).rejects.toMatchObject({ name: error });
  });

  test('is described by path, several paths at once', async () => {
    const filters = [{ Key: 'Path', Option: 'OneLevel', Values: ['/up/app/all/deep', '/up/application'] }];
    const { Parameters = [] } = await platform.ssm.send(new DescribeParametersCommand({ ParameterFilters: filters }));
    expect(Parameters.map(({ Name }) => Name)).toEqual(['/up/app/all/deep/V', '/up/application/V']);
  });

  test('is not described by a filter AWS does not have', async () => {
    const filters = [{ Key: 'Colour', Values: ['red'] }];
    await expect(platform.ssm.send(new DescribeParametersCommand({ ParameterFilters: filters }))).rejects.toMatchObject(
      { name: 'InvalidFilterKey' },
    );
  });
});
