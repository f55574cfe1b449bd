/** Where AWS calls go and in whose name. Clients are made from this, each by the code that needs it. */
import type { Agent } from 'node:http';
import type { AwsCredentialIdentity } from '@aws-sdk/types';
import { createRetry, maxAttempts, type Retry } from './retry.ts';

export interface Session {
  /** Given to every SDK client as it is. */
  readonly client: ClientSettings;
  /** The calls go to the embedded local platform. */
  readonly local: boolean;
  /** For messages: how the identity was chosen. */
  readonly profile: string | undefined;
}

export interface ClientSettings {
  readonly region?: string;
  readonly profile?: string;
  readonly endpoint?: string;
  readonly credentials?: AwsCredentialIdentity;
  /** Said in a header of each call. */
  readonly maxAttempts: number;
  readonly retryStrategy: Retry;
  /** For S3: no resolver knows `bucket.localhost`, or the bucket of whatever else stands in AWS's place. */
  readonly forcePathStyle: boolean;
  readonly requestHandler: typeof requestHandler & { readonly httpsAgent?: Agent };
  readonly logger: typeof logger;
}

export interface SessionOptions {
  readonly env: NodeJS.ProcessEnv;
  /** --region */
  readonly region: string | undefined;
  /** --profile */
  readonly profile: string | undefined;
  /** `regions` and `profile` of up.json. */
  readonly config: { readonly regions: readonly string[]; readonly profile?: string | undefined };
  /** The endpoint of the local platform, with --local. */
  readonly localUrl: string | undefined;
  /** See `httpsAgent` in http-proxy.ts. */
  readonly httpsAgent?: Agent | undefined;
  /** Told when AWS throttles a call for seconds. */
  readonly onThrottled?: () => void;
}

/** Milliseconds until an endpoint that never answers is given up. The SDK itself waits for ever. */
export const requestTimeout = 60_000;
const requestHandler = { connectionTimeout: 5_000, requestTimeout, throwOnRequestTimeout: true } as const;

/** Silences the SDK's warnings for programmers, such as that of a profile set beside access keys. */
const logger = { debug() {}, info() {}, warn() {}, error() {} };

export function createSession(options: SessionOptions): Session {
  const { env, region, profile, config, localUrl, httpsAgent, onThrottled } = options;
  const retryStrategy = createRetry({ ...(onThrottled && { onThrottled }) });
  // Read by the SDK while it loads: on Node 20 every command would begin with seven lines about the SDK's end of
  // support.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  if (localUrl !== undefined) {
    // The platform's own, whose signature it checks; see local/aws/identity.ts.
    const credentials = { accessKeyId: 'ASIAUPLOCALPLATFORM0', secretAccessKey: 'local' };
    return {
      client: {
        region: 'us-east-1',
        endpoint: localUrl,
        credentials,
        maxAttempts,
        retryStrategy,
        forcePathStyle: true,
        requestHandler,
        logger,
      },
      local: true,
      profile: undefined,
    };
  }
  const chosenRegion = region ?? config.regions[0] ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION;
  const chosenProfile = profile ?? config.profile;
  // Some settings of a profile, its endpoints for one, the SDK takes only from the profile that the environment names.
  if (chosenProfile) env.AWS_PROFILE = chosenProfile;
  return {
    client: {
      maxAttempts,
      retryStrategy,
      forcePathStyle: Boolean(env.AWS_ENDPOINT_URL_S3 ?? env.AWS_ENDPOINT_URL),
      requestHandler: { ...requestHandler, ...(httpsAgent && { httpsAgent }) },
      logger,
      ...(chosenRegion && { region: chosenRegion }),
      ...(chosenProfile && { profile: chosenProfile }),
    },
    local: false,
    profile: chosenProfile ?? env.AWS_PROFILE,
  };
}
