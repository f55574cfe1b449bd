/** What there is in the account, as boto3 lists it. */

/** All whose name has `name` in it: that of an app, or '' for everything of every app. */
export async function leftOf({ read }, name) {
  const lists = [
    ...(await list(read, 'lambda', 'ListFunctions', 'Functions', 'FunctionName')),
    ...(await list(read, 'iam', 'ListRoles', 'Roles', 'RoleName')),
    ...(await list(read, 'logs', 'DescribeLogGroups', 'logGroups', 'logGroupName')),
    ...(await list(read, 'apigatewayv2', 'GetApis', 'Items', 'Name')),
    ...(await list(read, 'apigatewayv2', 'GetDomainNames', 'Items', 'DomainName')),
    ...(await list(read, 'acm', 'ListCertificates', 'CertificateSummaryList', 'DomainName')),
    ...(await list(read, 'ssm', 'DescribeParameters', 'Parameters', 'Name')),
    ...(await list(read, 'scheduler', 'ListSchedules', 'Schedules', 'Name')),
    ...(await list(read, 'cloudwatch', 'DescribeAlarms', 'MetricAlarms', 'AlarmName')),
    ...(await list(read, 'sns', 'ListTopics', 'Topics', 'TopicArn')),
    ...(await list(read, 'sns', 'ListSubscriptions', 'Subscriptions', 'TopicArn')),
    ...(await records(read)),
    ...(await objects(read)),
  ];
  return lists.filter((one) => one.includes(name));
}

async function list(read, service, operation, member, key) {
  const found = await read(service, operation);
  return found[member].map((one) => `${operation} ${one[key]}`);
}

/** Without those that every zone has. */
async function records(read) {
  const { HostedZones } = await read('route53', 'ListHostedZones');
  const all = [];
  for (const { Id } of HostedZones) {
    const { ResourceRecordSets } = await read('route53', 'ListResourceRecordSets', { HostedZoneId: Id });
    all.push(...ResourceRecordSets.filter(({ Type }) => !['NS', 'SOA'].includes(Type)));
  }
  return all.map(({ Name, Type }) => `record ${Type} ${Name}`);
}

async function objects(read) {
  const { Buckets } = await read('s3', 'ListBuckets');
  const all = [];
  for (const { Name: Bucket } of Buckets) {
    const { Contents = [] } = await read('s3', 'ListObjectsV2', { Bucket });
    all.push(`bucket ${Bucket}`, ...Contents.map(({ Key }) => `object ${Key}`));
  }
  return all;
}
