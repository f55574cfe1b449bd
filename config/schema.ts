/** The whole of up.json, from its sections. */
import { z } from 'zod';
import { actionsSchema } from './actions.ts';
import { alertsSchema } from './alerts.ts';
import { appShape } from './app.ts';
import { basicAuthSchema } from './basic-auth.ts';
import { compressSchema } from './compress.ts';
import { corsSchema } from './cors.ts';
import { environmentSchema } from './environment.ts';
import { errorPagesSchema } from './error-pages.ts';
import { headersSchema } from './headers.ts';
import { hooksSchema } from './hooks.ts';
import { injectSchema } from './inject.ts';
import { lambdaSchema } from './lambda.ts';
import { logsSchema } from './logs.ts';
import { maintenanceSchema } from './maintenance.ts';
import { proxySchema } from './proxy.ts';
import { redirectsSchema } from './redirects.ts';
import { poweredBySchema, robotsSchema } from './robots.ts';
import { serverTimingSchema } from './server-timing.ts';
import { stagesSchema } from './stages.ts';
import { staticSchema } from './static.ts';
import { urlSchema } from './url.ts';

/** What holds in one stage, once its overrides are merged. */
export const stageSchema = z.strictObject({
  ...appShape,
  lambda: lambdaSchema.prefault({}),
  proxy: proxySchema.prefault({}),
  environment: environmentSchema.prefault({}),
  logs: logsSchema.prefault({}),
  hooks: hooksSchema.prefault({}),
  headers: headersSchema,
  cors: corsSchema.optional(),
  static: staticSchema.prefault({}),
  robots: robotsSchema,
  powered_by: poweredBySchema,
  redirects: redirectsSchema,
  compress: compressSchema.prefault({}),
  server_timing: serverTimingSchema,
  error_pages: errorPagesSchema.prefault({}),
  inject: injectSchema.prefault({}),
  basic_auth: basicAuthSchema.prefault({}),
  maintenance: maintenanceSchema.prefault({}),
  alerts: alertsSchema,
  actions: actionsSchema,
  url: urlSchema.default('http_api').meta(z.globalRegistry.get(urlSchema) ?? {}),
});

/** The file. */
export const fileSchema = stageSchema
  .extend({
    $schema: z
      .string()
      .optional()
      .meta({
        description: 'The JSON Schema of this file, for completion in editors.',
        examples: ['./node_modules/up/schema/up.schema.json'],
        derived: 'none',
      }),
    stages: stagesSchema.prefault({}),
  })
  .meta({ description: 'The configuration of up.', examples: [{ name: 'my-app', regions: ['us-east-1'] }] });
