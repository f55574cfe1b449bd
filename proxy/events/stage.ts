/** The named stage of an HTTP API, which its own domain has before the path and which is none of the app's business. */
import { text } from './fields.ts';
import { withoutBase } from './target.ts';

/** The members of `requestContext` that tell it. */
export interface StageContext {
  readonly stage?: unknown;
  readonly apiId?: unknown;
  readonly domainName?: unknown;
}

/** A custom domain's mapping puts its base path there instead, which `stages.NAME.path` takes off. */
export function withoutStage({ stage, apiId, domainName }: StageContext, target: string): string {
  const name = text(stage);
  if (name === '' || name === '$default' || !text(domainName).startsWith(`${text(apiId)}.execute-api.`)) return target;
  return withoutBase(target, `/${name}`);
}
