/** The package inside a request. */
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { read } from './names.ts';

/** The zip as bytes. There is no S3 here to fetch one from. */
export function readZip(input: Input): Buffer {
  const zip = read.text(input, 'ZipFile');
  if (zip !== undefined) return Buffer.from(zip, 'base64');
  throw new AwsError(
    'InvalidParameterValueException',
    'Please provide a source for function code. The local platform takes it as ZipFile only.',
  );
}
