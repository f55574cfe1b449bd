/** Settings of a bucket that are kept and shown as they were sent, and that change nothing on one machine. */
import { changing, type Operations, reading } from '../call.ts';
import { AwsError } from '../error.ts';
import { findBucket, read } from './find.ts';

const onBucket = changing((input) => read.text(input, 'Bucket') ?? '');

/** Put, Get and Delete of one setting. `missing` is the error of a bucket without it. */
function settingOf(name: string, removal: string, missing: readonly [code: string, message: string]): Operations {
  return {
    [`Put${name}`]: onBucket((call, input) => {
      const value = read.object(input, 'Payload');
      if (!value) throw new AwsError('MissingRequestBodyError', 'Request Body is empty');
      findBucket(call, input).settings[name] = value;
      return undefined;
    }),
    [`Get${name}`]: reading((call, input) => {
      const { Name, settings } = findBucket(call, input);
      const value = settings[name];
      if (!value) throw new AwsError(...missing, { BucketName: Name });
      return value;
    }),
    [removal]: onBucket((call, input) => {
      delete findBucket(call, input).settings[name];
      return undefined;
    }),
  };
}

export const settings: Operations = {
  ...settingOf('PublicAccessBlock', 'DeletePublicAccessBlock', [
    'NoSuchPublicAccessBlockConfiguration',
    'The public access block configuration was not found',
  ]),
  ...settingOf('BucketEncryption', 'DeleteBucketEncryption', [
    'ServerSideEncryptionConfigurationNotFoundError',
    'The server side encryption configuration was not found',
  ]),
  ...settingOf('BucketLifecycleConfiguration', 'DeleteBucketLifecycle', [
    'NoSuchLifecycleConfiguration',
    'The lifecycle configuration does not exist',
  ]),
};
