/** Messages: to everybody who subscribes to a topic, or to one number. */
import { isRecord } from '../../../http/json.ts';
import type { Publication } from '../../topics/delivery.ts';
import type { Attribute } from '../../topics/message.ts';
import type { Call, Output } from '../call.ts';
import { AwsError } from '../error.ts';
import type { Input } from '../input.ts';
import { findTopic, invalid, read } from './find.ts';

/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const maxBytes = 262_144;
const maxSubject = 100;

export function publish({ store, publisher }: Call, input: Input): Output {
  const message = read.needText(input, 'Message');
  if (Buffer.byteLength(message) > maxBytes) throw invalid('Message', 'too long');
  const number = read.text(input, 'PhoneNumber');
  if (number !== undefined && !/^\+?[0-9]{7,15}$/.test(number))
    throw invalid('PhoneNumber', `${number} is not valid to publish to`);
  if (number !== undefined) return { MessageId: publisher.text(number, message) };
  const arn = read.text(input, 'TopicArn') ?? read.text(input, 'TargetArn');
  if (arn === undefined) throw invalid('TopicArn or TargetArn', 'no value for required parameter');
  const topic = findTopic(store.state, arn);
  if (!topic) throw new AwsError('NotFound', 'Topic does not exist');
  return { MessageId: publisher.publish(topic, readPublication(input, message)) };
}

function readPublication(input: Input, message: string): Publication {
  const subject = read.text(input, 'Subject');
  if (subject !== undefined && (subject.length > maxSubject || /[\r\n]/.test(subject)))
    throw invalid('Subject', `a line of at most ${maxSubject} characters`);
  const attributes = readAttributes(input);
  const parts = read.text(input, 'MessageStructure') === 'json' ? readParts(message) : null;
  return {
    ...(subject !== undefined && { subject }),
    message: parts?.default ?? message,
    ...(parts && { perProtocol: parts }),
    attributes,
  };
}

function readParts(message: string): Record<string, string> {
  const parts = parse(message);
  if (!isRecord(parts) || typeof parts.default !== 'string')
    throw invalid('Message Structure', 'No default entry in JSON message body');
  return Object.fromEntries(
    Object.entries(parts).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw invalid('Message Structure', 'JSON message body failed to parse');
  }
}

function readAttributes(input: Input): Record<string, Attribute> {
  return Object.fromEntries(
    Object.entries(read.object(input, 'MessageAttributes') ?? {}).map(([name, value]) => {
      const { DataType = 'String', StringValue, BinaryValue } = isRecord(value) ? value : {};
      return [name, { Type: String(DataType), Value: String(StringValue ?? BinaryValue ?? '') }];
    }),
  );
}
