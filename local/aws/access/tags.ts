/** The tags of what a request is about to touch, by its ARN: the condition keys `aws:ResourceTag/NAME`. */
import type { RequestContext } from '../../access/conditions.ts';
import type { State, Tags } from '../../model.ts';

export function resourceTags(state: State, arn: string): RequestContext {
  const tags = Object.entries(tagsOf(state, arn) ?? {});
  return Object.fromEntries(tags.map(([name, value]) => [`aws:ResourceTag/${name}`, value]));
}

function tagsOf(state: State, arn: string): Tags | undefined {
  const [, , service, , , ...rest] = arn.split(':');
  const name = rest.join(':');
  if (service === 'lambda') return state.functions[rest[1] ?? '']?.Tags;
  if (service === 'iam') return state.roles[name.split('/').at(-1) ?? '']?.Tags;
  if (service === 'logs') return state.logGroups[rest[1] ?? '']?.tags;
  if (service === 'apigateway') return state.apis[name.split('/')[2] ?? '']?.Tags;
  if (service === 'acm') return state.certificates[arn]?.Tags;
  if (service === 's3') return state.buckets[name.split('/')[0] ?? '']?.Tags;
  // A schedule has none of its own; what counts are those of its group.
  if (service === 'scheduler') return state.scheduleGroups[name.split('/')[1] ?? '']?.Tags;
  if (service === 'cloudwatch') return state.alarms[name.replace(/^alarm:/, '')]?.Tags;
  if (service === 'sns') return state.topics[name]?.Tags;
  if (service === 'ssm') return parameterTags(state, name);
  return undefined;
}

/** A parameter's name begins with a slash when there is another one in it. */
function parameterTags({ parameters }: State, name: string): Tags | undefined {
  const bare = name.replace(/^parameter\//, '');
  return (parameters[`/${bare}`] ?? parameters[bare])?.Tags;
}
