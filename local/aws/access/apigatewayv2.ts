/**
 * Who may call API Gateway: its actions are the verbs of HTTP, on the path of the request, and tagging, which was added
 * beside them.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagementv2.html
 */
import { routes } from '../apigatewayv2/routes.ts';
import { region } from '../identity.ts';
import type { Input } from '../input.ts';
import { type Need, type Needs, tagContext, text, toTags } from './need.ts';

/** A row for each route, of which there is one per operation. */
export const apigatewayv2Needs: Readonly<Record<string, Needs>> = Object.fromEntries(
  routes.map(([method, pattern, operation]) => [operation, needsOf(method, pattern)]),
);

function needsOf(method: string, pattern: string): Needs {
  const [, first, ...rest] = pattern.split('/').slice(1);
  return (input) => {
    const path = [first ?? '', ...rest].map((part) => fillIn(part, input)).join('/');
    const tags = toTags(input.tags);
    const own = { action: `apigateway:${method}`, resource: toArn(path), context: tagContext(tags) };
    if (first === 'tags') return [own, ...onTagged(method, input, own)];
    return Object.keys(tags).length === 0 ? [own] : [own, ...tagging(path, tags)];
  };
}

function fillIn(part: string, input: Input): string {
  return part.startsWith('{') ? encodeURIComponent(text(input, part.slice(1, -1))) : part;
}

function onTagged(method: string, input: Input, own: Need): Need[] {
  const action = { POST: 'apigateway:TagResource', DELETE: 'apigateway:UntagResource' }[method];
  return action === undefined ? [] : [{ ...own, action, resource: text(input, 'resourceArn') }];
}

/**
 * A request with tags. Both have been seen in AWS's refusals, neither is in its list of actions:
 * https://github.com/cloudtools/awacs/issues/254, https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/997
 */
function tagging(path: string, tags: Readonly<Record<string, string>>): Need[] {
  const context = tagContext(tags);
  return [
    { action: 'apigateway:TagResource', resource: toArn(path), context },
    { action: 'apigateway:POST', resource: toArn(`tags/${encodeURIComponent(toArn(`${path}/*`))}`), context },
  ];
}

/** No account in it, unlike in nearly all other ARNs. */
function toArn(path: string): string {
  return `arn:aws:apigateway:${region}::/${path}`;
}
