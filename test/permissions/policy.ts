/**
 * The least privilege, from calls that were recorded: each action that a call needed goes into the statement of what it
 * acts on. What a statement reaches is written down here, by the names that a deploy gives to things; a call that reaches
 * beyond them fits no statement, and that is an error.
 */
import { matchesArn } from '../../local/access/pattern.ts';
import type { Need } from '../../local/aws/access/need.ts';

/** What a call needed: the action, and the statement it goes into. */
export interface Permission {
  readonly action: string;
  readonly sid: string;
  /** The services that a role was passed to. */
  readonly passedTo?: string;
}

export interface Names {
  readonly app: string;
  readonly region: string;
  readonly account: string;
}

export const placeholders: Names = { app: 'APP', region: 'REGION', account: 'ACCOUNT' };

interface Scope {
  readonly sid: string;
  /** The prefix of its actions. */
  readonly service: string;
  /** What it is, for docs/permissions.md. */
  readonly what: string;
  readonly resources: readonly string[];
}

/** The first that fits is the one, so what acts on everything comes last. */
export const scopes: readonly Scope[] = [
  {
    sid: 'Function',
    service: 'lambda',
    what: 'the function, its versions, aliases and URLs',
    resources: ['arn:aws:lambda:REGION:ACCOUNT:function:APP', 'arn:aws:lambda:REGION:ACCOUNT:function:APP:*'],
  },
  {
    sid: 'Layers',
    service: 'lambda',
    what: 'layers, which may belong to other accounts',
    resources: ['arn:aws:lambda:REGION:*:layer:*:*'],
  },
  { sid: 'Roles', service: 'iam', what: 'the roles', resources: ['arn:aws:iam::ACCOUNT:role/APP-*'] },
  {
    sid: 'LogGroup',
    service: 'logs',
    what: 'the log group',
    resources: [
      'arn:aws:logs:REGION:ACCOUNT:log-group:/aws/lambda/APP',
      'arn:aws:logs:REGION:ACCOUNT:log-group:/aws/lambda/APP:*',
    ],
  },
  {
    sid: 'Apis',
    service: 'apigateway',
    what: 'HTTP APIs, whose ARNs hold an id that AWS chooses',
    resources: [
      'arn:aws:apigateway:REGION::/apis',
      'arn:aws:apigateway:REGION::/apis/*',
      'arn:aws:apigateway:REGION::/tags/*',
    ],
  },
  {
    sid: 'Domains',
    service: 'apigateway',
    what: 'custom domains',
    resources: ['arn:aws:apigateway:REGION::/domainnames', 'arn:aws:apigateway:REGION::/domainnames/*'],
  },
  {
    sid: 'Parameters',
    service: 'ssm',
    what: 'the environment and its secrets',
    resources: ['arn:aws:ssm:REGION:ACCOUNT:parameter/up/APP', 'arn:aws:ssm:REGION:ACCOUNT:parameter/up/APP/*'],
  },
  {
    sid: 'Packages',
    service: 's3',
    what: 'packages that are too large to send directly',
    resources: ['arn:aws:s3:::up-ACCOUNT-REGION', 'arn:aws:s3:::up-ACCOUNT-REGION/APP/*'],
  },
  {
    sid: 'Schedules',
    service: 'scheduler',
    what: 'schedules that keep environments warm',
    resources: ['arn:aws:scheduler:REGION:ACCOUNT:schedule/default/up-APP-*'],
  },
  {
    sid: 'Certificates',
    service: 'acm',
    what: 'certificates, whose ARNs hold an id that AWS chooses',
    resources: ['arn:aws:acm:REGION:ACCOUNT:certificate/*'],
  },
  {
    sid: 'Records',
    service: 'route53',
    what: 'DNS records of domains whose zone is in the account',
    resources: ['arn:aws:route53:::hostedzone/*', 'arn:aws:route53:::change/*'],
  },
  {
    sid: 'Alarms',
    service: 'cloudwatch',
    what: 'alarms',
    resources: ['arn:aws:cloudwatch:REGION:ACCOUNT:alarm:up-APP-*'],
  },
  {
    sid: 'Topics',
    service: 'sns',
    what: 'the topics that alarms tell',
    resources: ['arn:aws:sns:REGION:ACCOUNT:up-APP-*'],
  },
];

/** Not to be limited to one resource: AWS knows none for them, or none that has a name yet. */
const everywhere = {
  sid: 'Lists',
  what: 'lists and measurements, which AWS does not limit to single resources',
  actions: new Set([
    'acm:ListCertificates',
    'acm:RequestCertificate',
    'cloudwatch:DescribeAlarms',
    'cloudwatch:GetMetricData',
    'ec2:DescribeSecurityGroups',
    'ec2:DescribeSubnets',
    'ec2:DescribeVpcs',
    'lambda:GetAccountSettings',
    'lambda:ListFunctions',
    'logs:DescribeLogGroups',
    'route53:ListHostedZones',
    'route53:ListHostedZonesByName',
    'scheduler:ListSchedules',
    'sns:ListTopics',
    'ssm:DescribeParameters',
    'tag:GetResources',
  ]),
};

const passing = { sid: 'PassRoles', what: 'handing those roles to AWS: to nothing but the services named' };

/** Throws for a need beyond all scopes. */
export function toPermission(need: Need, names: Names): Permission {
  const { action, resource, context } = need;
  if (everywhere.actions.has(action)) return { action, sid: everywhere.sid };
  const scope = scopes.find(
    ({ service, resources }) =>
      action.startsWith(`${service}:`) && resources.some((one) => matchesArn(fillIn(one, names), resource)),
  );
  if (!scope) throw new Error(`no statement of test/permissions/policy.ts reaches ${action} on ${resource}`);
  if (action !== 'iam:PassRole') return { action, sid: scope.sid };
  return { action, sid: passing.sid, passedTo: String(context?.['iam:PassedToService']) };
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow';
  readonly Action: readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: { readonly StringEquals: { readonly 'iam:PassedToService': readonly string[] } };
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: readonly Statement[];
}

/** The policy of these permissions, with the names of placeholders. */
export function toPolicy(permissions: readonly Permission[]): PolicyDocument {
  const roles = scopes.filter(({ sid }) => sid === 'Roles').flatMap(({ resources }) => resources);
  const all = [
    ...scopes.map(({ sid, resources }) => ({ sid, resources })),
    { sid: passing.sid, resources: roles },
    { sid: everywhere.sid, resources: '*' },
  ];
  return { Version: '2012-10-17', Statement: all.flatMap(({ sid, resources }) => toStatement(sid, resources)) };

  function toStatement(Sid: string, Resource: string | readonly string[]): Statement[] {
    const own = permissions.filter(({ sid }) => sid === Sid);
    const services = sorted(own.flatMap(({ passedTo }) => passedTo ?? []));
    if (own.length === 0) return [];
    const Condition = { StringEquals: { 'iam:PassedToService': services } };
    const Action = sorted(own.map(({ action }) => action));
    return [{ Sid, Effect: 'Allow', Action, Resource, ...(services.length > 0 && { Condition }) }];
  }
}

/** What a statement is for. */
export function whatOf(sid: string): string {
  return [...scopes, passing, everywhere].find((one) => one.sid === sid)?.what ?? '';
}

/** A policy for one app, region and account. */
export function fillIn(text: string, { app, region, account }: Names): string {
  return text.replaceAll('APP', app).replaceAll('REGION', region).replaceAll('ACCOUNT', account);
}

export function sorted(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted();
}
