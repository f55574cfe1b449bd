/**
 * The event of a load balancer: one map or the other, by an attribute of the target group, and a query that is not
 * decoded (recorded). https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
 */
import { encode, grouped, type Incoming, last, queryPairs, withForwarded } from './incoming.ts';

export function albEvent(incoming: Incoming, multiValue: boolean): object {
  const { method, rawPath, rawQuery, body } = incoming;
  const headers = withForwarded(incoming);
  const query = queryPairs(rawQuery);
  const type = last(headers)['content-type'];
  const coded = headers.some(([name]) => name === 'content-encoding');
  return {
    requestContext: {
      elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:us-east-1:000000000000:targetgroup/local/1' },
    },
    httpMethod: method,
    path: rawPath,
    ...(multiValue
      ? { multiValueQueryStringParameters: grouped(query), multiValueHeaders: grouped(headers) }
      : { queryStringParameters: last(query), headers: last(headers) }),
    ...encode(body, !coded && isTextType(type)),
  };
}

function isTextType(type: string | undefined): boolean {
  return type === undefined || /^\s*(?:text\/|application\/(?:json|javascript|xml)\b)/i.test(type);
}
