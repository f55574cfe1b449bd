/**
 * Every list that takes a size gives pages of it, and all of the list once. https://docs.aws.amazon.com/ of each
 * operation One file, because it is one table: every list of every service.
 */
import * as acm from '@aws-sdk/client-acm';
import * as api from '@aws-sdk/client-apigatewayv2';
import * as cloudwatch from '@aws-sdk/client-cloudwatch';
import * as logs from '@aws-sdk/client-cloudwatch-logs';
import * as iam from '@aws-sdk/client-iam';
import * as lambda from '@aws-sdk/client-lambda';
import * as route53 from '@aws-sdk/client-route-53';
import * as s3 from '@aws-sdk/client-s3';
import * as scheduler from '@aws-sdk/client-scheduler';
import * as ssm from '@aws-sdk/client-ssm';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFunction, createRole, publishVersions, roleArn } from '../fakes/functions.ts';
import { type Platform, startPlatform } from '../fakes/platform.ts';

let platform: Platform;
let ApiId = '';
let HostedZoneId = '';
let UploadId = '';
const three = ['1', '2', '3'];
const FunctionName = 'app';
const RoleName = 'app-role';
const Bucket = 'shelf';
const arn = 'arn:aws:lambda:us-east-1:000000000000:function:app';
const policy = JSON.stringify({ Statement: { Effect: 'Allow', Action: 's3:*', Resource: '*' } });

/** Three of everything, at least. */
beforeAll(async () => {
  platform = await startPlatform();
  await createRole(platform);
  await createFunction(platform);
  await publishVersions(platform, 10);
  const AssumeRolePolicyDocument = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: 'scheduler.amazonaws.com' }, Action: 'sts:AssumeRole' }],
  });
  await platform.iam.send(new iam.CreateRoleCommand({ RoleName: 'clock', AssumeRolePolicyDocument }));
  await platform.s3.send(new s3.CreateBucketCommand({ Bucket }));
  ({ ApiId = '' } = await platform.api.send(new api.CreateApiCommand({ Name: 'x', ProtocolType: 'HTTP' })));
  await platform.cloudwatch.send(new logs.CreateLogGroupCommand({ logGroupName: 'g' }));
  for (const one of three) await makeOne(one);
});

async function makeOne(one: string): Promise<void> {
  await platform.lambda.send(new lambda.CreateAliasCommand({ FunctionName, Name: `a${one}`, FunctionVersion: one }));
  const Qualifier = `a${one}`;
  await platform.lambda.send(new lambda.CreateFunctionUrlConfigCommand({ FunctionName, Qualifier, AuthType: 'NONE' }));
  await platform.lambda.send(
    new lambda.PutFunctionEventInvokeConfigCommand({ FunctionName, Qualifier, MaximumRetryAttempts: 0 }),
  );
  await createFunction(platform, { FunctionName: `app-${one}` });
  await platform.iam.send(new iam.PutRolePolicyCommand({ RoleName, PolicyName: one, PolicyDocument: policy }));
  await platform.iam.send(new iam.PutUserPolicyCommand({ UserName: 'local', PolicyName: one, PolicyDocument: policy }));
  await platform.iam.send(new iam.AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::aws:policy/P${one}` }));
  await platform.iam.send(new iam.TagRoleCommand({ RoleName, Tags: [{ Key: one, Value: 'v' }] }));
  await platform.s3.send(new s3.CreateBucketCommand({ Bucket: `shelf-${one}` }));
  await platform.s3.send(new s3.PutObjectCommand({ Bucket, Key: `in/${one}`, Body: 'x' }));
  await platform.s3.send(new s3.PutObjectCommand({ Bucket, Key: `${one}/in`, Body: 'x' }));
  ({ UploadId = '' } = await platform.s3.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: 'k' })));
  await platform.s3.send(new s3.CreateMultipartUploadCommand({ Bucket, Key: `${one}/k` }));
  await platform.cloudwatch.send(new logs.CreateLogGroupCommand({ logGroupName: `g${one}` }));
  await platform.cloudwatch.send(new logs.CreateLogStreamCommand({ logGroupName: 'g', logStreamName: one }));
  await platform.ssm.send(new ssm.PutParameterCommand({ Name: `/p/${one}`, Value: 'v', Type: 'String' }));
  await platform.ssm.send(new ssm.PutParameterCommand({ Name: 'h', Value: one, Type: 'String', Overwrite: true }));
  await platform.acm.send(
    new acm.RequestCertificateCommand({ DomainName: `c${one}.example.com`, ValidationMethod: 'DNS' }),
  );
  const zone = await platform.route53.send(
    new route53.CreateHostedZoneCommand({ Name: `z${one}.example.com`, CallerReference: one }),
  );
  HostedZoneId = zone.HostedZone?.Id ?? '';
  const Target = { Arn: arn, RoleArn: roleArn.replace(RoleName, 'clock') };
  const schedule = { ScheduleExpression: 'rate(1 day)', FlexibleTimeWindow: { Mode: 'OFF' }, Target } as const;
  await platform.scheduler.send(new scheduler.CreateScheduleGroupCommand({ Name: `g${one}` }));
  await platform.scheduler.send(new scheduler.CreateScheduleCommand({ Name: one, ...schedule }));
  const alarm = { Namespace: 'N', MetricName: 'M', Statistic: 'Sum', Period: 60, EvaluationPeriods: 1 } as const;
  await platform.monitoring.send(
    new cloudwatch.PutMetricAlarmCommand({
      ...{ AlarmName: one, ...alarm, Threshold: 1, ComparisonOperator: 'GreaterThanThreshold' },
    }),
  );
  await platform.api.send(new api.CreateApiCommand({ Name: one, ProtocolType: 'HTTP' }));
  const integration = { IntegrationType: 'AWS_PROXY', IntegrationUri: arn, PayloadFormatVersion: '2.0' } as const;
  const { IntegrationId } = await platform.api.send(new api.CreateIntegrationCommand({ ApiId, ...integration }));
  const RouteKey = `GET /${one}`;
  await platform.api.send(new api.CreateRouteCommand({ ApiId, RouteKey, Target: `integrations/${IntegrationId}` }));
  await platform.api.send(new api.CreateStageCommand({ ApiId, StageName: `s${one}` }));
}

afterAll(() => platform.stop());

interface Page {
  readonly items: readonly unknown[];
  /** Members of the request for the next page; undefined after the last. */
  readonly next: object | undefined;
}

/** Asks for a page of at most `size`, and what `next` of the page before says. */
type List = (size: number, next: object) => Promise<Page>;

function list<C extends keyof Platform>(
  client: C,
  Command: new (input: never) => object,
  given: () => object,
  [size, items, ...tokens]: readonly [string, string, ...(readonly [string, string])[]],
): List {
  return async (count, next) => {
    const input = { ...given(), [size]: client === 'route53' || client === 'api' ? String(count) : count, ...next };
    const sender = platform[client] as { send(command: object): Promise<Record<string, unknown>> };
    const output = await sender.send(new Command(input as never));
    const more = tokens.filter(([, out]) => output[out] !== undefined).map(([into, out]) => [into, output[out]]);
    const found = items.split(' ').flatMap((member) => (output[member] as unknown[] | undefined) ?? []);
    return { items: found, next: more.length === 0 ? undefined : Object.fromEntries(more) };
  };
}

const none = () => ({});
const marker = ['Marker', 'NextMarker'] as const;
const own = ['Marker', 'Marker'] as const;
const token = ['NextToken', 'NextToken'] as const;
const little = ['nextToken', 'nextToken'] as const;
const ofRole = () => ({ RoleName });
const ofFunction = () => ({ FunctionName });
const ofApi = () => ({ ApiId });
const ofBucket = () => ({ Bucket });
const inFolders = () => ({ Bucket, Delimiter: '/' });
const uploadMarkers = [
  ['KeyMarker', 'NextKeyMarker'],
  ['UploadIdMarker', 'NextUploadIdMarker'],
] as const;
const objectToken = ['ContinuationToken', 'NextContinuationToken'] as const;

const lists: Readonly<Record<string, List>> = {
  'lambda ListFunctions': list('lambda', lambda.ListFunctionsCommand, none, ['MaxItems', 'Functions', marker]),
  'lambda ListFunctions of all versions': list(
    'lambda',
    lambda.ListFunctionsCommand,
    () => ({ FunctionVersion: 'ALL' }),
    ['MaxItems', 'Functions', marker],
  ),
  'lambda ListVersionsByFunction': list('lambda', lambda.ListVersionsByFunctionCommand, ofFunction, [
    'MaxItems',
    'Versions',
    marker,
  ]),
  'lambda ListAliases': list('lambda', lambda.ListAliasesCommand, ofFunction, ['MaxItems', 'Aliases', marker]),
  'lambda ListFunctionUrlConfigs': list('lambda', lambda.ListFunctionUrlConfigsCommand, ofFunction, [
    'MaxItems',
    'FunctionUrlConfigs',
    marker,
  ]),
  'lambda ListFunctionEventInvokeConfigs': list('lambda', lambda.ListFunctionEventInvokeConfigsCommand, ofFunction, [
    'MaxItems',
    'FunctionEventInvokeConfigs',
    marker,
  ]),
  's3 ListBuckets': list('s3', s3.ListBucketsCommand, none, [
    'MaxBuckets',
    'Buckets',
    ['ContinuationToken', 'ContinuationToken'],
  ]),
  's3 ListObjectsV2': list('s3', s3.ListObjectsV2Command, ofBucket, ['MaxKeys', 'Contents', objectToken]),
  's3 ListObjectsV2 by a delimiter': list('s3', s3.ListObjectsV2Command, inFolders, [
    'MaxKeys',
    'Contents CommonPrefixes',
    objectToken,
  ]),
  's3 ListMultipartUploads': list('s3', s3.ListMultipartUploadsCommand, ofBucket, [
    'MaxUploads',
    'Uploads',
    ...uploadMarkers,
  ]),
  's3 ListMultipartUploads by a delimiter': list('s3', s3.ListMultipartUploadsCommand, inFolders, [
    'MaxUploads',
    'Uploads CommonPrefixes',
    ...uploadMarkers,
  ]),
  's3 ListParts': list('s3', s3.ListPartsCommand, () => ({ Bucket, Key: 'k', UploadId }), [
    'MaxParts',
    'Parts',
    ['PartNumberMarker', 'NextPartNumberMarker'],
  ]),
  'logs DescribeLogGroups': list('cloudwatch', logs.DescribeLogGroupsCommand, none, ['limit', 'logGroups', little]),
  'logs DescribeLogStreams': list('cloudwatch', logs.DescribeLogStreamsCommand, () => ({ logGroupName: 'g' }), [
    'limit',
    'logStreams',
    little,
  ]),
  'ssm DescribeParameters': list('ssm', ssm.DescribeParametersCommand, none, ['MaxResults', 'Parameters', token]),
  'ssm GetParametersByPath': list('ssm', ssm.GetParametersByPathCommand, () => ({ Path: '/p' }), [
    'MaxResults',
    'Parameters',
    token,
  ]),
  'ssm GetParameterHistory': list('ssm', ssm.GetParameterHistoryCommand, () => ({ Name: 'h' }), [
    'MaxResults',
    'Parameters',
    token,
  ]),
  'iam ListRoleTags': list('iam', iam.ListRoleTagsCommand, ofRole, ['MaxItems', 'Tags', own]),
  'iam ListRolePolicies': list('iam', iam.ListRolePoliciesCommand, ofRole, ['MaxItems', 'PolicyNames', own]),
  'iam ListAttachedRolePolicies': list('iam', iam.ListAttachedRolePoliciesCommand, ofRole, [
    'MaxItems',
    'AttachedPolicies',
    own,
  ]),
  'iam ListUserPolicies': list('iam', iam.ListUserPoliciesCommand, () => ({ UserName: 'local' }), [
    'MaxItems',
    'PolicyNames',
    own,
  ]),
  'iam SimulatePrincipalPolicy': list(
    'iam',
    iam.SimulatePrincipalPolicyCommand,
    () => ({ PolicySourceArn: roleArn, ActionNames: ['s3:A', 's3:B', 's3:C'] }),
    ['MaxItems', 'EvaluationResults', own],
  ),
  'acm ListCertificates': list('acm', acm.ListCertificatesCommand, none, ['MaxItems', 'CertificateSummaryList', token]),
  'route53 ListHostedZones': list('route53', route53.ListHostedZonesCommand, none, ['MaxItems', 'HostedZones', marker]),
  'route53 ListHostedZonesByName': list('route53', route53.ListHostedZonesByNameCommand, none, [
    'MaxItems',
    'HostedZones',
    ['DNSName', 'NextDNSName'],
    ['HostedZoneId', 'NextHostedZoneId'],
  ]),
  'route53 ListResourceRecordSets': list('route53', route53.ListResourceRecordSetsCommand, () => ({ HostedZoneId }), [
    'MaxItems',
    'ResourceRecordSets',
    ['StartRecordName', 'NextRecordName'],
    ['StartRecordType', 'NextRecordType'],
  ]),
  'scheduler ListSchedules': list('scheduler', scheduler.ListSchedulesCommand, none, [
    'MaxResults',
    'Schedules',
    token,
  ]),
  'scheduler ListScheduleGroups': list('scheduler', scheduler.ListScheduleGroupsCommand, none, [
    'MaxResults',
    'ScheduleGroups',
    token,
  ]),
  'cloudwatch DescribeAlarms': list('monitoring', cloudwatch.DescribeAlarmsCommand, none, [
    'MaxRecords',
    'MetricAlarms',
    token,
  ]),
  'cloudwatch DescribeAlarmHistory': list('monitoring', cloudwatch.DescribeAlarmHistoryCommand, none, [
    'MaxRecords',
    'AlarmHistoryItems',
    token,
  ]),
  'apigatewayv2 GetApis': list('api', api.GetApisCommand, none, ['MaxResults', 'Items', token]),
  'apigatewayv2 GetIntegrations': list('api', api.GetIntegrationsCommand, ofApi, ['MaxResults', 'Items', token]),
  'apigatewayv2 GetRoutes': list('api', api.GetRoutesCommand, ofApi, ['MaxResults', 'Items', token]),
  'apigatewayv2 GetStages': list('api', api.GetStagesCommand, ofApi, ['MaxResults', 'Items', token]),
};

/** All pages, up to more than there can be. */
async function readPages(one: List, size: number): Promise<Page[]> {
  const pages = [await one(size, {})];
  for (let next = pages[0]?.next; next && pages.length < 50; next = pages.at(-1)?.next)
    pages.push(await one(size, next));
  return pages;
}

describe('a list', () => {
  test.each(Object.keys(lists))('%s comes in pages, each thing once', async (name) => {
    if (name === 's3 ListParts')
      for (const PartNumber of [1, 2, 10])
        await platform.s3.send(new s3.UploadPartCommand({ Bucket, Key: 'k', UploadId, PartNumber, Body: 'x' }));
    const one = lists[name] as List;
    const [whole] = await readPages(one, name.startsWith('ssm GetParametersByPath') ? 10 : 50);
    expect(whole?.items.length).toBeGreaterThanOrEqual(2);
    for (const size of [1, 2]) {
      const pages = await readPages(one, size);
      expect(Math.max(...pages.map(({ items }) => items.length))).toBe(size);
      expect(new Set(pages.flatMap(({ items }) => items.map((item) => JSON.stringify(item))))).toEqual(
        new Set(whole?.items.map((item) => JSON.stringify(item))),
      );
      expect(pages.flatMap(({ items }) => items)).toHaveLength(whole?.items.length ?? 0);
    }
  });

  const bounded = Object.keys(lists).filter((name) => !/^(?:apigatewayv2|route53)/.test(name));

  test.each(bounded)('%s is refused a size below what it gives', async (name) => {
    await expect(lists[name]?.(-1, {})).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  test('goes on after a version that was removed meanwhile', async () => {
    const { Versions = [], NextMarker } = await platform.lambda.send(
      new lambda.ListVersionsByFunctionCommand({ FunctionName, MaxItems: 10 }),
    );
    expect(Versions.at(-1)?.Version).toBe('9');
    await platform.lambda.send(new lambda.DeleteFunctionCommand({ FunctionName, Qualifier: '9' }));
    const rest = await platform.lambda.send(
      new lambda.ListVersionsByFunctionCommand({ FunctionName, Marker: NextMarker }),
    );
    expect(rest.Versions?.map(({ Version }) => Version)).toEqual(['10']);
  });
});
