/** IAM, S3 and Lambda: each row is one operation with its input, and what its output has to hold. */

const trust = (service) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
const allowLogs = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }],
});
const managed = 'arn:aws:iam::aws:policy/ReadOnlyAccess';
const tags = [{ Key: 'a', Value: '1' }];

/** Of whoever calls: the one user there is. */
const mine = (c) => ({ UserName: 'local', PolicyName: c.name });

export const iam = (c) => [
  [
    'CreateRole',
    { RoleName: c.name, AssumeRolePolicyDocument: trust('lambda.amazonaws.com') },
    (out) => {
      c.role = out.Role.Arn;
      return c.role.endsWith(`:role/${c.name}`);
    },
  ],
  [
    'UpdateAssumeRolePolicy',
    { RoleName: c.name, PolicyDocument: trust(['lambda.amazonaws.com', 'scheduler.amazonaws.com']) },
  ],
  ['GetRole', { RoleName: c.name }, (out) => JSON.stringify(out.Role.AssumeRolePolicyDocument).includes('scheduler')],
  ['TagRole', { RoleName: c.name, Tags: tags }],
  ['ListRoleTags', { RoleName: c.name }, (out) => out.Tags.length === 1],
  ['UntagRole', { RoleName: c.name, TagKeys: ['a'] }],
  ['PutRolePolicy', { RoleName: c.name, PolicyName: 'up', PolicyDocument: allowLogs }],
  [
    'GetRolePolicy',
    { RoleName: c.name, PolicyName: 'up' },
    (out) => JSON.stringify(out.PolicyDocument).includes('PutLogEvents'),
  ],
  ['ListRolePolicies', { RoleName: c.name }, (out) => out.PolicyNames[0] === 'up'],
  ['AttachRolePolicy', { RoleName: c.name, PolicyArn: managed }],
  ['ListAttachedRolePolicies', { RoleName: c.name }, (out) => out.AttachedPolicies[0].PolicyArn === managed],
  ['DetachRolePolicy', { RoleName: c.name, PolicyArn: managed }],
  [
    'SimulatePrincipalPolicy',
    () => ({ PolicySourceArn: c.role, ActionNames: ['logs:PutLogEvents'] }),
    (out) => out.EvaluationResults[0].EvalDecision === 'allowed',
  ],
  ['PutUserPolicy', { ...mine(c), PolicyDocument: allowLogs }],
  ['GetUserPolicy', mine(c), (out) => JSON.stringify(out.PolicyDocument).includes('PutLogEvents')],
  ['ListUserPolicies', { UserName: 'local' }, (out) => out.PolicyNames.includes(c.name)],
  ['DeleteUserPolicy', mine(c)],
];

export const iamEnd = (c) => [
  ['DeleteRolePolicy', { RoleName: c.name, PolicyName: 'up' }],
  ['DeleteRole', { RoleName: c.name }],
];

export const s3 = (c) => {
  const Bucket = c.name;
  const upload = { Bucket, Key: 'parts' };
  return [
    ['CreateBucket', { Bucket }],
    ['HeadBucket', { Bucket }],
    ['ListBuckets', {}, (out) => out.Buckets.some(({ Name }) => Name === Bucket)],
    ['PutBucketTagging', { Bucket, Tagging: { TagSet: tags } }],
    ['GetBucketTagging', { Bucket }, (out) => out.TagSet[0].Value === '1'],
    ['DeleteBucketTagging', { Bucket }],
    ['PutPublicAccessBlock', { Bucket, PublicAccessBlockConfiguration: { BlockPublicAcls: true } }],
    ['GetPublicAccessBlock', { Bucket }, (out) => out.PublicAccessBlockConfiguration.BlockPublicAcls === true],
    ['DeletePublicAccessBlock', { Bucket }],
    [
      'PutBucketEncryption',
      {
        Bucket,
        ServerSideEncryptionConfiguration: {
          Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
      },
    ],
    ['GetBucketEncryption', { Bucket }, (out) => out.ServerSideEncryptionConfiguration.Rules.length === 1],
    ['DeleteBucketEncryption', { Bucket }],
    [
      'PutBucketLifecycleConfiguration',
      {
        Bucket,
        LifecycleConfiguration: {
          Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: 'a/' }, Expiration: { Days: 9 } }],
        },
      },
    ],
    ['GetBucketLifecycleConfiguration', { Bucket }, (out) => out.Rules[0].Expiration.Days === 9],
    ['DeleteBucketLifecycle', { Bucket }],
    ['PutObject', { Bucket, Key: 'code.zip', Body: { $file: c.zip }, Tagging: 'a=1' }],
    ['PutObject', { Bucket, Key: 'text', Body: { $file: c.text } }],
    ['HeadObject', { Bucket, Key: 'text' }, (out) => out.ContentLength === 5],
    ['GetObject', { Bucket, Key: 'text' }, (out) => out.text === 'hello'],
    ['GetObjectTagging', { Bucket, Key: 'code.zip' }, (out) => out.TagSet[0].Key === 'a'],
    ['ListObjectsV2', { Bucket, Prefix: 'te' }, (out) => out.Contents.length === 1],
    [
      'CreateMultipartUpload',
      upload,
      (out) => {
        upload.UploadId = out.UploadId;
        return true;
      },
    ],
    [
      'UploadPart',
      () => ({ ...upload, PartNumber: 1, Body: { $file: c.text } }),
      (out) => {
        c.etag = out.ETag;
        return true;
      },
    ],
    ['ListMultipartUploads', { Bucket }, (out) => out.Uploads.length === 1],
    ['ListParts', upload, (out) => out.Parts[0].Size === 5],
    ['CompleteMultipartUpload', () => ({ ...upload, MultipartUpload: { Parts: [{ ETag: c.etag, PartNumber: 1 }] } })],
    [
      'CreateMultipartUpload',
      { Bucket, Key: 'never' },
      (out) => {
        c.upload = out.UploadId;
        return true;
      },
    ],
    ['AbortMultipartUpload', () => ({ Bucket, Key: 'never', UploadId: c.upload })],
  ];
};

export const s3End = (c) => [
  ['DeleteObject', { Bucket: c.name, Key: 'text' }],
  [
    'DeleteObjects',
    { Bucket: c.name, Delete: { Objects: [{ Key: 'code.zip' }, { Key: 'parts' }] } },
    (out) => out.Deleted.length === 2,
  ],
  ['DeleteBucket', { Bucket: c.name }],
];

export const lambda = (c) => {
  const FunctionName = c.name;
  const code = { S3Bucket: c.name, S3Key: 'code.zip' };
  const live = { FunctionName, Qualifier: 'live' };
  return [
    [
      'CreateFunction',
      () => ({ FunctionName, Runtime: 'nodejs22.x', Handler: 'index.handler', Role: c.role, Code: code }),
      (out) => {
        c.arn = out.FunctionArn;
        return out.State === 'Active';
      },
    ],
    ['GetFunction', { FunctionName }, (out) => out.Configuration.Handler === 'index.handler'],
    ['GetFunctionConfiguration', { FunctionName }, (out) => out.LastUpdateStatus === 'Successful'],
    ['ListFunctions', {}, (out) => out.Functions.some((fn) => fn.FunctionName === FunctionName)],
    ['UpdateFunctionCode', { FunctionName, ...code }, (out) => out.CodeSize > 0],
    [
      'UpdateFunctionConfiguration',
      { FunctionName, Timeout: 9, DeadLetterConfig: { TargetArn: '' } },
      (out) => out.Timeout === 9,
    ],
    ['PublishVersion', { FunctionName }, (out) => out.Version === '1'],
    ['ListVersionsByFunction', { FunctionName }, (out) => out.Versions.length === 2],
    ['CreateAlias', { FunctionName, Name: 'live', FunctionVersion: '1' }],
    ['GetAlias', { FunctionName, Name: 'live' }, (out) => out.FunctionVersion === '1'],
    ['UpdateAlias', { FunctionName, Name: 'live', Description: 'the one' }, (out) => out.Description === 'the one'],
    ['ListAliases', { FunctionName }, (out) => out.Aliases.length === 1],
    [
      'Invoke',
      { ...live, Payload: '{"a":1}' },
      (out) => out.text === '{"echo":{"a":1}}' && out.ExecutedVersion === '1',
    ],
    [
      'AddPermission',
      { ...live, StatementId: 'door', Action: 'lambda:InvokeFunction', Principal: 'apigateway.amazonaws.com' },
    ],
    ['GetPolicy', live, (out) => out.Policy.includes('door')],
    ['RemovePermission', { ...live, StatementId: 'door' }],
    ['CreateFunctionUrlConfig', { ...live, AuthType: 'NONE' }, (out) => out.FunctionUrl.startsWith('http')],
    ['GetFunctionUrlConfig', live, (out) => out.AuthType === 'NONE'],
    [
      'UpdateFunctionUrlConfig',
      { ...live, InvokeMode: 'RESPONSE_STREAM' },
      (out) => out.InvokeMode === 'RESPONSE_STREAM',
    ],
    ['ListFunctionUrlConfigs', { FunctionName }, (out) => out.FunctionUrlConfigs.length === 1],
    ['DeleteFunctionUrlConfig', live],
    ['PutFunctionConcurrency', { FunctionName, ReservedConcurrentExecutions: 5 }],
    ['GetFunctionConcurrency', { FunctionName }, (out) => out.ReservedConcurrentExecutions === 5],
    ['PutProvisionedConcurrencyConfig', { ...live, ProvisionedConcurrentExecutions: 1 }],
    ['GetProvisionedConcurrencyConfig', live, (out) => out.RequestedProvisionedConcurrentExecutions === 1],
    ['DeleteProvisionedConcurrencyConfig', live],
    ['DeleteFunctionConcurrency', { FunctionName }],
    ['PutFunctionEventInvokeConfig', { FunctionName, MaximumRetryAttempts: 0 }],
    ['UpdateFunctionEventInvokeConfig', { FunctionName, MaximumEventAgeInSeconds: 60 }],
    ['GetFunctionEventInvokeConfig', { FunctionName }, (out) => out.MaximumRetryAttempts === 0],
    ['ListFunctionEventInvokeConfigs', { FunctionName }, (out) => out.FunctionEventInvokeConfigs.length === 1],
    ['DeleteFunctionEventInvokeConfig', { FunctionName }],
    ['TagResource', () => ({ Resource: c.arn, Tags: { a: '1' } })],
    ['ListTags', () => ({ Resource: c.arn }), (out) => out.Tags.a === '1'],
    ['UntagResource', () => ({ Resource: c.arn, TagKeys: ['a'] })],
    ['GetAccountSettings', {}, (out) => out.AccountLimit.ConcurrentExecutions === 1000],
  ];
};

export const lambdaEnd = (c) => [
  ['DeleteAlias', { FunctionName: c.name, Name: 'live' }],
  ['DeleteFunction', { FunctionName: c.name }],
];
