/** `lambda`: the function itself. */
import { z } from 'zod';
import { statementSchema } from './policy.ts';
import { choice, mustBe, wholeNumber } from './values.ts';

/** Seconds. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const maxLambdaTimeout = 900;

const roleArn = /^arn:aws[a-z-]*:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/;

export const lambdaSchema = z
  .strictObject({
    memory: wholeNumber(128, 10_240)
      .default(512)
      .meta({ description: 'Memory in MB, 128 to 10240. CPU grows with it.', examples: [1024] }),
    timeout: wholeNumber(1, maxLambdaTimeout)
      .default(30)
      .meta({
        description: `Seconds an invocation may take, 1 to ${maxLambdaTimeout}. Behind an HTTP API a request ends at 30 anyway.`,
        examples: [60],
      }),
    runtime: choice(['nodejs24.x', 'nodejs22.x'])
      .default('nodejs24.x')
      .meta({ description: 'The managed runtime that hosts the app.', examples: ['nodejs22.x'] }),
    architecture: choice(['x86_64', 'arm64'])
      .default('x86_64')
      .meta({ description: 'The instruction set of the function.', examples: ['arm64'] }),
    runtime_client: choice(['up', 'aws'])
      .default('up')
      .meta({ description: "Who talks to Lambda's Runtime API: our own loop, or AWS's client.", examples: ['aws'] }),
    role: z
      .string({ error: mustBe('the ARN of an IAM role') })
      .regex(roleArn, { error: mustBe('the ARN of an IAM role') })
      .optional()
      .meta({
        description: 'The ARN of an existing role to run as.',
        examples: ['arn:aws:iam::123456789012:role/my-app'],
        derived: 'a role made for the app',
      }),
    policy: z
      .array(statementSchema)
      .default([])
      .meta({
        description: 'IAM statements that the role of the app gets beside leave to write its logs.',
        examples: [[{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::uploads/*' }]],
      }),
  })
  .meta({ description: 'The Lambda function.', examples: [{ memory: 1024, timeout: 60 }] });
