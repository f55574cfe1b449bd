/** Who and where the local platform is. Requests may name any region: there is one state, and its ARNs say this one. */
export const accountId = '000000000000';
export const region = 'us-east-1';

/** What functions, and `up --local`, sign with. Everybody else may sign with what they like. */
export const ownCredentials = { accessKeyId: 'ASIAUPLOCALPLATFORM0', secretAccessKey: 'local' } as const;

export const userName = 'local';

/** Whoever calls from outside, whatever the credentials. */
export const callerArn: string = toUserArn(userName);

export function toUserArn(name: string): string {
  return `arn:aws:iam::${accountId}:user/${name}`;
}

export function toFunctionArn(name: string, qualifier?: string): string {
  const arn = `arn:aws:lambda:${region}:${accountId}:function:${name}`;
  return qualifier === undefined ? arn : `${arn}:${qualifier}`;
}

export function toRoleArn(path: string, name: string): string {
  return `arn:aws:iam::${accountId}:role${path}${name}`;
}

export function toLogGroupArn(name: string): string {
  return `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
}

/** API Gateway's tagging ARNs carry no account. */
export function toDomainArn(name: string): string {
  return `arn:aws:apigateway:${region}::/domainnames/${name}`;
}

export function toCertificateArn(id: string): string {
  return `arn:aws:acm:${region}:${accountId}:certificate/${id}`;
}

export function toScheduleArn(group: string, name: string): string {
  return `arn:aws:scheduler:${region}:${accountId}:schedule/${group}/${name}`;
}

export function toScheduleGroupArn(name: string): string {
  return `arn:aws:scheduler:${region}:${accountId}:schedule-group/${name}`;
}

export function toAlarmArn(name: string): string {
  return `arn:aws:cloudwatch:${region}:${accountId}:alarm:${name}`;
}

export function toTopicArn(name: string): string {
  return `arn:aws:sns:${region}:${accountId}:${name}`;
}

/** The session token of a function's credentials: it tells whose they are. */
export function toFunctionToken(roleArn: string, functionName: string): string {
  return `function:${roleArn.split('/').at(-1)}:${functionName}`;
}

export function parseFunctionToken(token: string): { readonly roleName: string; readonly functionName: string } | null {
  const [, roleName, functionName] = /^function:([^:]+):([^:]+)$/.exec(token) ?? [];
  return roleName === undefined || functionName === undefined ? null : { roleName, functionName };
}
