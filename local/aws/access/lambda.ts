/**
 * Who may call Lambda. A call that names a version or an alias is judged by the qualified ARN.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
import { toFunctionArn } from '../identity.ts';
import type { Input } from '../input.ts';
import type { lambda } from '../lambda.ts';
import { making, type Need, type Needs, type NeedsOf, onNothingOf, passing, tagContext, text, toTags } from './need.ts';

const onFunction =
  (name: string): Needs =>
  (input) => [{ action: `lambda:${name}`, resource: functionArn(input) }];

const onNothing = onNothingOf('lambda');

export const lambdaNeeds: NeedsOf<typeof lambda> = {
  CreateFunction: (input) => [
    ...making(
      { action: 'lambda:CreateFunction', resource: functionArn(input) },
      'lambda:TagResource',
      toTags(input.Tags),
    ),
    ...passing(input.Role, 'lambda.amazonaws.com'),
    ...codeOf(input.Code),
    ...layersOf(input),
    ...vpcOf(input),
  ],
  // https://docs.aws.amazon.com/lambda/latest/api/API_GetFunction.html#API_GetFunction_ResponseSyntax
  GetFunction: (input) => [
    { action: 'lambda:GetFunction', resource: functionArn(input) },
    { action: 'lambda:ListTags', resource: functionArn({ FunctionName: text(input, 'FunctionName') }), member: 'Tags' },
  ],
  GetFunctionConfiguration: onFunction('GetFunctionConfiguration'),
  ListFunctions: onNothing('ListFunctions'),
  UpdateFunctionCode: (input) => [
    { action: 'lambda:UpdateFunctionCode', resource: functionArn(input) },
    ...codeOf(input),
  ],
  UpdateFunctionConfiguration: (input) => [
    { action: 'lambda:UpdateFunctionConfiguration', resource: functionArn(input) },
    ...passing(input.Role, 'lambda.amazonaws.com'),
    ...layersOf(input),
    ...vpcOf(input),
  ],
  DeleteFunction: onFunction('DeleteFunction'),
  PublishVersion: onFunction('PublishVersion'),
  ListVersionsByFunction: onFunction('ListVersionsByFunction'),
  CreateAlias: onFunction('CreateAlias'),
  GetAlias: onFunction('GetAlias'),
  UpdateAlias: onFunction('UpdateAlias'),
  DeleteAlias: onFunction('DeleteAlias'),
  ListAliases: onFunction('ListAliases'),
  AddPermission: (input) => [
    {
      action: 'lambda:AddPermission',
      resource: functionArn(input),
      context: { ...authTypeOf(input), 'lambda:Principal': text(input, 'Principal') },
    },
  ],
  RemovePermission: onFunction('RemovePermission'),
  GetPolicy: onFunction('GetPolicy'),
  CreateFunctionUrlConfig: onUrl('CreateFunctionUrlConfig'),
  GetFunctionUrlConfig: onUrl('GetFunctionUrlConfig'),
  UpdateFunctionUrlConfig: onUrl('UpdateFunctionUrlConfig'),
  DeleteFunctionUrlConfig: onUrl('DeleteFunctionUrlConfig'),
  ListFunctionUrlConfigs: onFunction('ListFunctionUrlConfigs'),
  // The one operation whose action has another name.
  Invoke: onFunction('InvokeFunction'),
  PutFunctionConcurrency: onFunction('PutFunctionConcurrency'),
  GetFunctionConcurrency: onFunction('GetFunctionConcurrency'),
  DeleteFunctionConcurrency: onFunction('DeleteFunctionConcurrency'),
  PutProvisionedConcurrencyConfig: onFunction('PutProvisionedConcurrencyConfig'),
  GetProvisionedConcurrencyConfig: onFunction('GetProvisionedConcurrencyConfig'),
  DeleteProvisionedConcurrencyConfig: onFunction('DeleteProvisionedConcurrencyConfig'),
  PutFunctionEventInvokeConfig: onFunction('PutFunctionEventInvokeConfig'),
  UpdateFunctionEventInvokeConfig: onFunction('UpdateFunctionEventInvokeConfig'),
  GetFunctionEventInvokeConfig: onFunction('GetFunctionEventInvokeConfig'),
  DeleteFunctionEventInvokeConfig: onFunction('DeleteFunctionEventInvokeConfig'),
  ListFunctionEventInvokeConfigs: onFunction('ListFunctionEventInvokeConfigs'),
  TagResource: (input) => [
    { action: 'lambda:TagResource', resource: text(input, 'Resource'), context: tagContext(toTags(input.Tags)) },
  ],
  UntagResource: (input) => [{ action: 'lambda:UntagResource', resource: text(input, 'Resource') }],
  ListTags: (input) => [{ action: 'lambda:ListTags', resource: text(input, 'Resource') }],
  GetAccountSettings: onNothing('GetAccountSettings'),
};

function onUrl(name: string): Needs {
  return (input) => [
    {
      action: `lambda:${name}`,
      resource: functionArn(input),
      context: { ...authTypeOf(input), 'lambda:FunctionArn': functionArn(input) },
    },
  ];
}

function authTypeOf(input: Input): Readonly<Record<string, string>> {
  const type = text(input, 'AuthType') || text(input, 'FunctionUrlAuthType');
  return type === '' ? {} : { 'lambda:FunctionUrlAuthType': type };
}

/** Clients write a name, a part of the ARN or the ARN, each with or without a qualifier. */
function functionArn(input: Input): string {
  const [name = '', named] = text(input, 'FunctionName')
    .replace(/^(?:arn:[^:]*:lambda:[^:]*:)?(?:\d{12}:)?(?:function:)?/, '')
    .split(':');
  const qualifier = text(input, 'Qualifier') || named;
  return toFunctionArn(name, qualifier || undefined);
}

/** The caller has to be able to read the package that Lambda fetches. */
function codeOf(code: unknown): Need[] {
  const { S3Bucket, S3Key, S3ObjectVersion } = (code ?? {}) as Input;
  if (typeof S3Bucket !== 'string' || typeof S3Key !== 'string') return [];
  const action = S3ObjectVersion === undefined ? 's3:GetObject' : 's3:GetObjectVersion';
  return [{ action, resource: `arn:aws:s3:::${S3Bucket}/${S3Key}` }];
}

function layersOf({ Layers }: Input): Need[] {
  const layers = Array.isArray(Layers) ? Layers.filter((layer) => typeof layer === 'string') : [];
  return layers.map((layer) => ({ action: 'lambda:GetLayerVersion', resource: layer }));
}

/** Lambda looks at the subnets and groups as the caller. */
function vpcOf({ VpcConfig }: Input): Need[] {
  const { SubnetIds } = (VpcConfig ?? {}) as Input;
  if (!Array.isArray(SubnetIds) || SubnetIds.length === 0) return [];
  const actions = ['ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs'];
  return actions.map((action) => ({ action, resource: '*' }));
}
