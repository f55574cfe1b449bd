/** The package a request names: inside it, or in S3. */
import type { Call } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { readObject } from '../s3/find.ts';
import { read } from './names.ts';

/** The zip as bytes. */
export async function readZip(call: Pick<Call, 'store'>, input: Input): Promise<Buffer> {
  const zip = read.text(input, 'ZipFile');
  if (zip !== undefined) return Buffer.from(zip, 'base64');
  const bucket = read.text(input, 'S3Bucket');
  const key = read.text(input, 'S3Key');
  if (bucket !== undefined && key !== undefined) return fetchZip(call, bucket, key);
  throw new AwsError('InvalidParameterValueException', 'Please provide a source for function code.');
}

async function fetchZip(call: Pick<Call, 'store'>, bucket: string, key: string): Promise<Buffer> {
  try {
    return await readObject(call, bucket, key);
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(
      'InvalidParameterValueException',
      `Error occurred while GetObject. S3 Error Code: ${error.code}. S3 Error Message: ${error.message}`,
    );
  }
}
