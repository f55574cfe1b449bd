/** `lambda`: the function itself. */
import { z } from 'zod';
import { policySchema } from './policy.ts';
import { choice, isUnique, mustBe, wholeNumber } from './values.ts';
import { vpcSchema } from './vpc.ts';
import { warmRateSchema } from './warm-rate.ts';

/** Seconds. https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const maxLambdaTimeout = 900;

/** More than any account has without asking: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxEnvironments = 10_000;
/** A ping reaches no more: proxy/events/ping.ts. */
const maxWarm = 1_000;

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const maxLayers = 5;
const layerArn = /^arn:aws[a-z-]*:lambda:[a-z0-9-]+:[0-9]{12}:layer:[a-zA-Z0-9_-]+:[0-9]+$/;

const aLayer = 'the ARN of a version of a layer';

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
    ephemeral_storage: wholeNumber(512, 10_240)
      .default(512)
      .meta({
        description: 'Disk space below `/tmp` in MB, 512 to 10240. What exceeds 512 is billed by the second of use.',
        examples: [2048],
      }),
    runtime: choice(['nodejs24.x', 'nodejs22.x'])
      .default('nodejs24.x')
      .meta({ description: 'The managed runtime that hosts the app.', examples: ['nodejs22.x'] }),
    architecture: choice(['x86_64', 'arm64'])
      .default('x86_64')
      .meta({ description: 'The instruction set of the function.', examples: ['arm64'] }),
    runtime_client: choice(['up', 'aws'])
      .default('up')
      .meta({
        description: "Which client talks to Lambda's Runtime API: that of `up`, or that of AWS.",
        examples: ['aws'],
      }),
    tracing: choice(['active', 'pass_through'])
      .default('pass_through')
      .meta({
        description:
          'What X-Ray gets to see: "active" samples requests and lets the role send to it, "pass_through" follows the decision of the caller.',
        examples: ['active'],
      }),
    role: z
      .string({ error: mustBe('the ARN of an IAM role') })
      .regex(roleArn, { error: mustBe('the ARN of an IAM role') })
      .optional()
      .meta({
        description: 'The ARN of an existing role to run as.',
        examples: ['arn:aws:iam::123456789012:role/my-app'],
        derived: 'a role made for the app',
      }),
    policy: policySchema.default([]).meta({
      description:
        'IAM statements for the role of the app, in addition to the right to write its logs, for all stages together. A `role` of your own gets none.',
      examples: [[{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::uploads/*' }]],
    }),
    vpc: vpcSchema.optional(),
    layers: z
      .array(z.string({ error: mustBe(aLayer) }).regex(layerArn, { error: mustBe(aLayer) }))
      .max(maxLayers, { error: `must name at most ${maxLayers} layers` })
      .refine((arns) => isUnique(arns.map((arn) => arn.replace(/:[0-9]+$/, ''))), {
        error: 'must name each layer once, in one version',
      })
      .default([])
      .meta({
        description:
          'ARNs of versions of layers, at most 5, unpacked below `/opt` in this order. The local Lambda does not have them.',
        examples: [['arn:aws:lambda:eu-west-1:123456789012:layer:python:3']],
      }),
    warm: z
      .boolean({ error: mustBe('true or false') })
      .default(false)
      .meta({
        description: 'True keeps environments warm: a schedule pings them, for cents a month. Previews are not warmed.',
        examples: [true],
      }),
    warm_count: wholeNumber(1, maxWarm)
      .default(15)
      .meta({ description: `How many environments are kept warm, 1 to ${maxWarm}.`, examples: [5] }),
    warm_rate: warmRateSchema.default('5m').meta({
      description:
        'How often they are pinged, whole minutes from "1m" to "24h": "5m", "1h30m", or a number of seconds such as 300.',
      examples: ['10m'],
    }),
    provisioned: wholeNumber(0, maxEnvironments)
      .default(0)
      .meta({
        description:
          'Provisioned concurrency of the stage: so many environments that are always ready, billed by the hour. 0: none.',
        examples: [2],
      }),
    reserved: wholeNumber(0, maxEnvironments)
      .optional()
      .meta({
        description:
          'Reserved concurrency of the function, for all stages together: it never has more environments, and nothing else takes them. 0 switches it off.',
        examples: [50],
      }),
  })
  .meta({ description: 'The Lambda function.', examples: [{ memory: 1024, timeout: 60 }] });

/** What a stage may say of it: stages share the function, with what is reserved, and the role, with its statements. */
export const stageLambdaSchema = lambdaSchema
  .omit({ reserved: true, policy: true })
  .meta(z.globalRegistry.get(lambdaSchema) ?? {});
