/** How scripts/checks/docs.mjs runs the commands of the manual: in which project, and what it cannot run and why. */

/** `shop` is one project, deployed to both stages before; the others have one of their own. */
export type Project = 'shop' | 'own' | 'domains' | 'local' | 'root';

/** Every page that has sh blocks, in the order in which they are run; those of one project one after the other. */
export const projects: Readonly<Record<string, Project>> = {
  'docs/deploying.md': 'shop',
  'README.md': 'shop',
  'docs/logs.md': 'shop',
  'docs/metrics.md': 'shop',
  'docs/middleware.md': 'shop',
  'docs/env.md': 'shop',
  'docs/doctor.md': 'shop',
  'docs/ci.md': 'shop',
  'docs/stack.md': 'shop',
  'docs/quick-start.md': 'own',
  'docs/migrating.md': 'own',
  'docs/migrating-serverless-http.md': 'own',
  'docs/migrating-lwa.md': 'own',
  'docs/domains.md': 'domains',
  'docs/local.md': 'local',
  'docs/permissions.md': 'root',
};

/** Lines that are not run, as they stand in the manual, without their comment. */
export const notRun: Readonly<Record<string, string>> = {
  'npm ci && npm start': 'the section `start` of .ci/run does, on a clean checkout',
  'npm ci': 'it installs what the project of the reader has',
  'aws iam create-policy --policy-name up-shop --policy-document file://policy.json':
    'managed policies are not on the local platform, whose `--policy` takes the file itself',
  'aws iam create-open-id-connect-provider --url https://token.actions.githubusercontent.com --client-id-list sts.amazonaws.com':
    'identity providers are not on the local platform',
  'aws iam create-role --role-name deploy-shop --assume-role-policy-document file://trust.json':
    'the role is for GitHub, in an account that knows it',
  'aws iam attach-role-policy --role-name deploy-shop --policy-arn arn:aws:iam::123456789012:policy/up-shop':
    'managed policies are not on the local platform',
  'op read op://shop/stripe | up env set STRIPE_KEY -s production': '1Password, with a vault',
};

/** Commands that go on until Ctrl-C, and what on stdout or stderr tells that they serve. */
export const endless: readonly (readonly [command: RegExp, serves: RegExp])[] = [
  [/^up start\b/, /http:\/\/localhost:\d+/],
  [/^up local$/, /^http:\/\/127\.0\.0\.1:\d+/m],
  [/^up logs -f\b/, /"message":"response"/],
  [/^up metrics .*--watch\b/, /Requests/],
];

/** What is typed into a prompt. */
export const typed: Readonly<Record<string, string>> = {
  'up env set STRIPE_KEY -s production': 'sk_test_of_the_manual',
};

/** Programs that are not on every machine; without them a line is skipped, and said to be. */
export const programs: readonly string[] = ['jq', 'curl', 'aws', 'npm'];

/** A line without its comment. */
export function commandOf(line: string): string {
  return line.replace(/\s+#.*$/, '').trim();
}
