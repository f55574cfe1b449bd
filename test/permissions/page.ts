/** The text of docs/permissions.md, from the permissions that were recorded for each command. */
import { type Permission, sorted, toPolicy, whatOf } from './policy.ts';

/** What was run -> the permissions that its calls needed. */
export type Recorded = Readonly<Record<string, readonly Permission[]>>;

export function renderPolicy(recorded: Recorded): string {
  return `${JSON.stringify(toPolicy(Object.values(recorded).flat()), null, 2)}\n`;
}

export function renderPermissions(recorded: Recorded): string {
  const policy = toPolicy(Object.values(recorded).flat());
  return [
    '<!-- Made by `npm run generate` from test/permissions/recorded.json, which `npm run permissions` records. -->',
    '# Permissions',
    '',
    'What the identity that deploys has to be allowed, and no more. It is made from the calls of real deploys, and a test',
    'deploys under exactly this policy; without any one of these actions something below ends with exit code 4 and names',
    'the action that is missing.',
    '',
    'The policy is in [permissions.json](permissions.json). Put the names of your app, region and account in the place of',
    '`APP`, `REGION` and `ACCOUNT`, make it a managed policy, and attach that to the user or role that deploys:',
    '',
    '```sh',
    "sed 's/APP/shop/; s/REGION/eu-west-1/; s/ACCOUNT/123456789012/' \\",
    '  docs/permissions.json > policy.json',
    'aws iam create-policy --policy-name up-shop --policy-document file://policy.json',
    '```',
    '',
    'Try it without an account: `up local --policy policy.json` allows what the policy does, in the region `us-east-1` and',
    'the account `000000000000`, and refuses the rest in the words of AWS.',
    '',
    '## The statements',
    '',
    ...table(
      ['statement', 'reaches', 'actions'],
      policy.Statement.map(({ Sid, Action }) => [Sid, whatOf(Sid), Action.map((one) => `\`${one}\``).join(' ')]),
    ),
    '',
    'A role that the stage brings along (`lambda.role`) is passed under its own name: add its ARN to `PassRoles`.',
    'Reading the identity (`sts:GetCallerIdentity`) takes no permission.',
    '',
    '## What needs which action',
    '',
    ...table(
      ['action', 'needed by'],
      sorted(policy.Statement.flatMap(({ Action }) => Action)).map((action) => [
        `\`${action}\``,
        Object.keys(recorded)
          .filter((title) => recorded[title]?.some((one) => one.action === action))
          .join(', '),
      ]),
    ),
    '',
  ].join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}
