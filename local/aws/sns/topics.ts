/** Topics. One that is made again with the same settings is the one that is there. */
import { isRecord } from '../../../http/json.ts';
import type { Topic } from '../../model.ts';
import type { Call, Output } from '../call.ts';
import { accountId, toTopicArn } from '../identity.ts';
import type { Input } from '../input.ts';
import { byName, toPage } from '../pages.ts';
import { copyRecord, emptyRecord } from '../record.ts';
import { invalid, read, readTopic } from './find.ts';
import { readTags } from './tags.ts';

/** What is kept and shown; FIFO topics and encryption are refused, not pretended. */
const settable = ['DisplayName', 'Policy', 'DeliveryPolicy', 'TracingConfig', 'SignatureVersion'];
const pageSize = 100;
const maxDisplayName = 100;

export function createTopic({ store }: Call, input: Input): Output {
  const Name = read.needText(input, 'Name');
  if (!/^[\w-]{1,256}$/.test(Name)) throw invalid('Topic Name', `${Name} is not letters, digits, "-" and "_"`);
  const Attributes = readAttributes(input);
  const Tags = readTags(input, emptyRecord());
  const found = store.state.topics[Name];
  if (!found) store.state.topics[Name] = { Name, Attributes, Tags, subscriptions: emptyRecord() };
  else checkSame(found, Attributes, input.Tags === undefined ? null : Tags);
  return { TopicArn: toTopicArn(Name) };
}

function readAttributes(input: Input): Record<string, string> {
  const attributes = copyRecord(read.map(input, 'Attributes') ?? {});
  for (const [name, value] of Object.entries(attributes)) checkAttribute(name, value);
  return attributes;
}

function checkAttribute(name: string, value: string): void {
  if (!settable.includes(name)) throw invalid('AttributeName', `${name} is not implemented by the local platform`);
  if (name === 'Policy' && !isDocument(value)) throw invalid('Policy', 'it is no JSON object');
  if (name === 'DisplayName' && value.length > maxDisplayName)
    throw invalid('DisplayName', `must be at most ${maxDisplayName} characters long`);
}

function isDocument(text: string): boolean {
  try {
    return isRecord(JSON.parse(text));
  } catch {
    return false;
  }
}

/** Tags that are not given are not compared. */
function checkSame(topic: Topic, attributes: Record<string, string>, tags: Topic['Tags'] | null): void {
  if (Object.entries(attributes).some(([name, value]) => topic.Attributes[name] !== value))
    throw invalid('Attributes', 'Topic already exists with different attributes');
  if (tags && !isSame(topic.Tags, tags)) throw invalid('Tags', 'Topic already exists with different tags');
}

function isSame(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>): boolean {
  return [a, b].every((tags) => Object.keys(tags).every((name) => a[name] === b[name]));
}

/** With everybody who subscribes to it. Gone is done. */
export function deleteTopic({ store }: Call, input: Input): Output {
  const arn = read.needText(input, 'TopicArn');
  const name = arn.split(':').at(-1) ?? '';
  if (toTopicArn(name) === arn) delete store.state.topics[name];
  return undefined;
}

export function getTopicAttributes({ store }: Call, input: Input): Output {
  const topic = readTopic(store.state, input);
  const all = Object.values(topic.subscriptions);
  const pending = all.filter(({ token }) => token !== undefined).length;
  const shown = {
    TopicArn: toTopicArn(topic.Name),
    Owner: accountId,
    DisplayName: '',
    Policy: defaultPolicy(topic.Name),
    SubscriptionsConfirmed: String(all.length - pending),
    SubscriptionsPending: String(pending),
    SubscriptionsDeleted: '0',
    ...topic.Attributes,
  };
  return { Attributes: new Map(Object.entries(shown)) };
}

/** Whoever is of the account, and so its alarms: https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html */
function defaultPolicy(name: string): string {
  const Resource = toTopicArn(name);
  const Action = ['GetTopicAttributes', 'SetTopicAttributes', 'DeleteTopic', 'Subscribe', 'Publish'].map(
    (action) => `SNS:${action}`,
  );
  const Condition = { StringEquals: { 'AWS:SourceOwner': accountId } };
  const statement = {
    Sid: '__default_statement_ID',
    Effect: 'Allow',
    Principal: { AWS: '*' },
    Action,
    Resource,
    Condition,
  };
  return JSON.stringify({ Version: '2008-10-17', Id: '__default_policy_ID', Statement: [statement] });
}

export function setTopicAttributes({ store }: Call, input: Input): Output {
  const topic = readTopic(store.state, input);
  const name = read.needText(input, 'AttributeName');
  const value = read.text(input, 'AttributeValue') ?? '';
  checkAttribute(name, value);
  topic.Attributes = { ...topic.Attributes, [name]: value };
  return undefined;
}

export function listTopics({ store }: Call, input: Input): Output {
  const names = byName(Object.keys(store.state.topics), (name) => name);
  const page = toPage(names, (name) => name, {
    marker: read.text(input, 'NextToken'),
    size: pageSize,
    code: 'InvalidParameter',
  });
  return { Topics: page.items.map((name) => ({ TopicArn: toTopicArn(name) })), NextToken: page.next };
}
