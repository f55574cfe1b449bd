/** `lambda.policy`: what IAM would refuse in the middle of a deploy is refused before. */
import { expect, test } from 'vitest';
import { messagesOf, parse } from './parse.ts';

const statement = { Effect: 'Allow', Action: 's3:GetObject', Resource: '*' };
const policyOf = (part: object) => ({ lambda: { policy: [{ ...statement, ...part }] } });

test.each([
  { Sid: '' },
  { Sid: 'ReadUploads2' },
  { Action: '*' },
  { Action: 's3:Get*' },
  { Action: 's3:?etObject' },
  { Action: 'execute-api:Invoke' },
  { Resource: 'arn:aws:s3:::uploads/*' },
])('%j is taken', (part) => {
  expect(parse(policyOf(part)).config.lambda.policy).toEqual([{ ...statement, ...part }]);
});

const action = 'as "s3:GetObject" is, or "*"';
const resource = 'an ARN or "*"';

test.each<[key: string, value: string, rule: string]>([
  ['Sid', 'Read uploads', 'letters and digits'],
  ['Sid', '-Read', 'letters and digits'],
  ['Action', ':GetObject', action],
  ['Action', 's3:', action],
  ['Action', 'my s3:GetObject', action],
  ['Action', '**:a:b', action],
  ['Resource', 'arn:', resource],
  ['Resource', 'an arn:aws:s3:::uploads', resource],
  ['Resource', '*,*', resource],
])('%s "%s" is refused', (key, value, rule) => {
  expect(messagesOf(policyOf({ [key]: value }))).toEqual([`lambda.policy[0].${key} must be ${rule}, not "${value}"`]);
});

test('a name of a statement that up adds, or one that stands there twice, is refused: IAM takes each once', () => {
  const named = (Sid: string) => ({ ...statement, Sid });
  expect(
    messagesOf({ lambda: { policy: [named('Network'), named('Read'), named('Read'), statement, statement] } }),
  ).toEqual([
    'lambda.policy[0].Sid must not be "Network": up names a statement so',
    'lambda.policy[2].Sid must not be "Read" twice',
  ]);
});
