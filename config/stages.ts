/** `stages`: what differs from stage to stage. */
import { z } from 'zod';
import { actionsSchema } from './actions.ts';
import { alertsSchema } from './alerts.ts';
import { basicAuthSchema } from './basic-auth.ts';
import { compressSchema } from './compress.ts';
import { corsSchema } from './cors.ts';
import { domainShape } from './domain.ts';
import { environmentOverrideSchema } from './environment.ts';
import { errorPagesSchema } from './error-pages.ts';
import { headersOverrideSchema } from './headers.ts';
import { hooksSchema } from './hooks.ts';
import { injectSchema } from './inject.ts';
import { stageLambdaSchema } from './lambda.ts';
import { logsSchema } from './logs.ts';
import { maintenanceSchema } from './maintenance.ts';
import { override, overrideField } from './override.ts';
import { proxySchema } from './proxy.ts';
import { redirectsOverrideSchema } from './redirects.ts';
import { poweredBySchema, robotsSchema } from './robots.ts';
import { serverTimingSchema } from './server-timing.ts';
import { staticSchema } from './static.ts';
import { urlSchema } from './url.ts';
import { alsoWhenInvalid } from './values.ts';

/** These exist whether or not the file names them. `development` is the laptop: it is never deployed. */
export const builtinStages = ['development', 'staging', 'production'] as const;

/** Of an alias: https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
const namePattern = /^[a-zA-Z0-9_]{1,128}$/;

export const stageOverrideSchema = z
  .strictObject({
    lambda: override(stageLambdaSchema).nullable().optional(),
    proxy: override(proxySchema).nullable().optional(),
    environment: environmentOverrideSchema.nullable().optional(),
    logs: override(logsSchema).nullable().optional(),
    hooks: override(hooksSchema).nullable().optional(),
    headers: headersOverrideSchema.nullable().optional(),
    cors: override(corsSchema).nullable().optional(),
    static: override(staticSchema).nullable().optional(),
    robots: overrideField(robotsSchema),
    powered_by: overrideField(poweredBySchema),
    redirects: redirectsOverrideSchema.nullable().optional(),
    compress: override(compressSchema).nullable().optional(),
    server_timing: overrideField(serverTimingSchema),
    error_pages: override(errorPagesSchema).nullable().optional(),
    inject: override(injectSchema).nullable().optional(),
    basic_auth: override(basicAuthSchema).nullable().optional(),
    maintenance: override(maintenanceSchema).nullable().optional(),
    alerts: overrideField(alertsSchema),
    actions: overrideField(actionsSchema),
    url: overrideField(urlSchema),
    ...domainShape,
  })
  .meta({
    id: 'StageOverride',
    description:
      'What differs in this stage. Objects merge key by key, lists and single values replace, and null puts a key back to its default.',
    examples: [{ lambda: { memory: 1024 }, environment: { LOG_LEVEL: 'info' } }],
  });

export const stagesSchema = z
  .object({
    development: stageOverrideSchema.optional(),
    staging: stageOverrideSchema.optional(),
    production: stageOverrideSchema.optional(),
  })
  .catchall(stageOverrideSchema)
  .superRefine((stages, context) => {
    for (const name of Object.keys(stages)) {
      const message = refusal(name);
      if (message) context.addIssue({ code: 'custom', message, path: [name], params: { at: 'key' } });
    }
  }, alsoWhenInvalid)
  .meta({
    description:
      'Overrides by stage. `development` (local only), `staging` and `production` always exist; any other name of letters, digits and underscores adds a stage, but `all`.',
    examples: [{ production: { lambda: { memory: 1024 } } }],
    propertyNames: { pattern: namePattern.source },
  });

function refusal(name: string): string | undefined {
  if (!namePattern.test(name)) return 'is not a stage name: up to 128 letters, digits and underscores';
  if (name === 'all') return 'is not a stage name: `up env` means every stage by it';
  // A stage is a Lambda alias, and a number would be a version.
  if (/^[0-9]+$/.test(name)) return 'is not a stage name: at least one character must not be a digit';
  return undefined;
}
