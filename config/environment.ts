/** `environment`: the variables the app sees. Names that Lambda or the proxy set themselves are refused. */
import { z } from 'zod';
import { alsoWhenInvalid, mustBe } from './values.ts';

/** https://docs.aws.amazon.com/lambda/latest/api/API_Environment.html */
const namePattern = /^[A-Za-z][A-Za-z0-9_]+$/;
const nameRule = 'at least two characters: a letter, then letters, digits and underscores';

/**
 * "Reserved environment variables" of https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html.
 * Not every `AWS_` name is: AWS_LAMBDA_EXEC_WRAPPER and AWS_XRAY_CONTEXT_MISSING, say, are for users to set.
 */
export const reservedByLambda = [
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
] as const;

const reasons: ReadonlyMap<string, string> = new Map([
  ...reservedByLambda.map((name): [string, string] => [
    name,
    'is reserved: Lambda sets it and refuses any other value',
  ]),
  ['PORT', 'is reserved: the proxy picks a free port and tells the app in PORT'],
  // cli/aws/spec.ts
  ...['UP_STAGE', 'UP_COMMIT', 'UP_AUTHOR'].map((name): [string, string] => [
    name,
    'is reserved: every deploy sets it',
  ]),
  ['UP_PARAMETERS', 'is reserved: it names the parameters that the proxy reads'],
]);

const value = z
  .string({ error: ({ input }) => mustBe('a string') + quoteHint(input) })
  .regex(/^[^\u0000]*$/, { error: 'must not hold a NUL character: no process can be given one' })
  .meta({
    description: 'The value, a string.',
    examples: ['production'],
  });

function quoteHint(input: unknown): string {
  return typeof input === 'number' || typeof input === 'boolean' ? ': write "{value}"' : '';
}

export const environmentSchema = variables(value).meta({
  description:
    'Environment variables of the app, a map of strings. Each is shipped with the version that is deployed. A name has at least two characters: a letter, then letters, digits and underscores. All of a stage take at most 4096 bytes as JSON, 200 of which are for what up adds.',
  examples: [{ LOG_LEVEL: 'info' }],
});

/** In a stage, null takes a variable away. */
export const environmentOverrideSchema = variables(value.nullable()).meta({
  description: 'Variables to set, or to take away with null, in this stage.',
  examples: [{ LOG_LEVEL: 'debug', SENTRY_DSN: null }],
});

function variables<Value extends z.ZodType>(valueSchema: Value) {
  return z
    .record(z.string(), valueSchema)
    .superRefine((map, context) => {
      for (const name of Object.keys(map)) {
        const message = nameRefusal(name);
        if (message) context.addIssue({ code: 'custom', message, path: [name], params: { at: 'key' } });
      }
    }, alsoWhenInvalid)
    .meta({ propertyNames: { pattern: namePattern.source, not: { enum: [...reasons.keys()] } } });
}

/** Why no variable can have this name, as the end of a sentence; undefined when one can. */
export function nameRefusal(name: string): string | undefined {
  // First: two of the reserved names begin with an underscore.
  const reason = reasons.get(name);
  return reason ?? (namePattern.test(name) ? undefined : `is not a name that Lambda takes: ${nameRule}`);
}
