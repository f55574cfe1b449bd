/** Environment variables of a function, and what Lambda refuses among them. */
import { AwsError } from '../error.ts';
import { checkPattern, type Input } from '../input.ts';
import { read, validation } from './names.ts';

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html */
const maxBytes = 4096;

/** https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime */
const reserved = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_DEFAULT_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_LAMBDA_MAX_CONCURRENCY',
  'AWS_LAMBDA_METADATA_API',
  'AWS_LAMBDA_METADATA_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'AWS_REGION',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'LAMBDA_RUNTIME_DIR',
  'LAMBDA_TASK_ROOT',
]);

const refused =
  'Lambda was unable to configure your environment variables because the environment variables you have provided';

/** The variables of a request; undefined when it leaves them as they are. */
export function readEnvironment(input: Input): Record<string, string> | undefined {
  const environment = read.object(input, 'Environment');
  if (!environment) return undefined;
  const variables = read.map(environment, 'Variables') ?? {};
  const taken = Object.keys(variables).filter((name) => reserved.has(name));
  if (taken.length > 0)
    throw invalid(
      `${refused} contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${taken.join(', ')}`,
    );
  for (const name of Object.keys(variables))
    checkPattern(validation, 'Environment.Variables', name, /^[a-zA-Z][a-zA-Z0-9_]+$/);
  const measured = JSON.stringify(variables);
  if (Buffer.byteLength(measured) > maxBytes)
    throw invalid(`${refused} exceeded the 4KB limit. String measured: ${measured}`);
  return variables;
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidParameterValueException', message);
}
