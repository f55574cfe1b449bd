/** Where signed calls of AWS go, and in whose name. */
import { expect, test } from 'vitest';
import { credentialsOf, endpointOf } from '../../proxy/aws.ts';

test.each<[string, NodeJS.ProcessEnv, string]>([
  ['the region', { AWS_REGION: 'eu-west-1' }, 'https://lambda.eu-west-1.amazonaws.com'],
  ['a region of China', { AWS_REGION: 'cn-north-1' }, 'https://lambda.cn-north-1.amazonaws.com.cn'],
  ['what all services share', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1/' }, 'http://127.0.0.1:1'],
  [
    'the service’s own before it',
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_LAMBDA: 'http://127.0.0.1:2' },
    'http://127.0.0.1:2',
  ],
  [
    'no variable that is empty',
    { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_LAMBDA: '' },
    'http://127.0.0.1:1',
  ],
])('the endpoint is that of %s', (_title, environment, endpoint) => {
  expect(endpointOf(environment, 'lambda')).toBe(endpoint);
});

test('the credentials are those of the function, with a token where there is one', () => {
  const environment = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
  const credentials = { accessKeyId: 'id', secretAccessKey: 'key' };
  expect(credentialsOf(environment)).toEqual(credentials);
  expect(credentialsOf({ ...environment, AWS_SESSION_TOKEN: 'token' })).toEqual({
    ...credentials,
    sessionToken: 'token',
  });
});
