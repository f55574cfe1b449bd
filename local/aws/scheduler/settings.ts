/** The settings of a schedule: reading them from a request, with AWS's limits and defaults. */
import type { Schedule, ScheduleTarget, State } from '../../model.ts';
import { parseExpression } from '../../scheduler/expression.ts';
import { isTimeZone } from '../../scheduler/zone.ts';
import { checkChoice, checkRange, type Input } from '../input.ts';
import { parseName } from '../lambda/names.ts';
import { invalid, read, validation } from './find.ts';

type Settings = Omit<Schedule, 'Name' | 'GroupName' | 'CreationDate' | 'LastModificationDate' | 'lastRun'>;

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
const maxInputBytes = 262_144;
const windowMinutes = { min: 1, max: 1440 };
const eventAgeSeconds = { min: 60, max: 86_400 };
const retryAttempts = { min: 0, max: 185 };

export function readSchedule(state: State, input: Input): Settings {
  const Description = read.text(input, 'Description');
  const StartDate = readTime(input, 'StartDate');
  const EndDate = readTime(input, 'EndDate');
  const settings: Settings = {
    ScheduleExpression: readExpression(input),
    ScheduleExpressionTimezone: readZone(input),
    State: readState(input),
    ...(Description !== undefined && { Description }),
    ...(StartDate !== undefined && { StartDate }),
    ...(EndDate !== undefined && { EndDate }),
    FlexibleTimeWindow: readWindow(input),
    ActionAfterCompletion: readAction(input),
    Target: readTarget(state, input),
  };
  if (EndDate !== undefined && StartDate !== undefined && EndDate <= StartDate)
    throw invalid('The EndDate you specify must come after the StartDate.');
  return settings;
}

function readExpression(input: Input): string {
  const text = read.needText(input, 'ScheduleExpression');
  if (parseExpression(text)) return text;
  throw invalid(`Invalid Schedule Expression ${text}.`);
}

function readZone(input: Input): string {
  const zone = read.text(input, 'ScheduleExpressionTimezone') ?? 'UTC';
  if (isTimeZone(zone)) return zone;
  throw invalid(`The provided timezone ${zone} is invalid.`);
}

function readState(input: Input): Settings['State'] {
  const state = read.text(input, 'State') ?? 'ENABLED';
  checkChoice(validation, 'State', state, ['ENABLED', 'DISABLED']);
  return state === 'DISABLED' ? 'DISABLED' : 'ENABLED';
}

function readAction(input: Input): Settings['ActionAfterCompletion'] {
  const action = read.text(input, 'ActionAfterCompletion') ?? 'NONE';
  checkChoice(validation, 'ActionAfterCompletion', action, ['NONE', 'DELETE']);
  return action === 'DELETE' ? 'DELETE' : 'NONE';
}

/** Epoch seconds on the wire. */
function readTime(input: Input, key: string): number | undefined {
  const seconds = read.number(input, key);
  return seconds === undefined ? undefined : seconds * 1000;
}

/** A run may come at any moment of a window; here it comes at its beginning. */
function readWindow(input: Input): Settings['FlexibleTimeWindow'] {
  const window = read.object(input, 'FlexibleTimeWindow');
  if (!window) throw invalid('FlexibleTimeWindow must not be null.');
  const mode = read.needText(window, 'Mode');
  checkChoice(validation, 'Mode', mode, ['OFF', 'FLEXIBLE']);
  const minutes = read.number(window, 'MaximumWindowInMinutes');
  if (mode === 'OFF' && minutes === undefined) return { Mode: 'OFF' };
  if (mode === 'OFF' || minutes === undefined)
    throw invalid('MaximumWindowInMinutes goes with FlexibleTimeWindow mode FLEXIBLE, and only with it.');
  checkRange(validation, 'MaximumWindowInMinutes', minutes, windowMinutes);
  return { Mode: 'FLEXIBLE', MaximumWindowInMinutes: minutes };
}

function readTarget(state: State, input: Input): ScheduleTarget {
  const target = read.object(input, 'Target');
  if (!target) throw invalid('Target must not be null.');
  const Input = read.text(target, 'Input');
  if (Input !== undefined) checkInput(Input);
  const RetryPolicy = readRetries(target);
  return {
    Arn: readTargetArn(target),
    RoleArn: readRole(state, target),
    ...(Input !== undefined && { Input }),
    ...(RetryPolicy && { RetryPolicy }),
  };
}

/** Only Lambda functions can be called here: any other target would be a schedule that does nothing. */
function readTargetArn(target: Input): string {
  const arn = read.needText(target, 'Arn');
  if (!/^arn:aws[a-z-]*:lambda:/.test(arn))
    throw invalid(`The target ${arn} is not implemented by the local platform: use a Lambda function.`);
  parseName(arn);
  return arn;
}

/** AWS says so for a role that does not exist, too, and for some seconds of one that is new. */
function readRole(state: State, target: Input): string {
  const arn = read.needText(target, 'RoleArn');
  const role = Object.values(state.roles).find((candidate) => candidate.Arn === arn);
  if (role?.AssumeRolePolicyDocument.includes('scheduler.amazonaws.com')) return arn;
  throw invalid('The execution role you provide must allow AWS EventBridge Scheduler to assume the role.');
}

function checkInput(text: string): void {
  if (Buffer.byteLength(text) > maxInputBytes) throw invalid(`Input must be at most ${maxInputBytes} bytes long.`);
  try {
    JSON.parse(text);
  } catch {
    throw invalid('Input for the target must be well-formed JSON.');
  }
}

function readRetries(target: Input): ScheduleTarget['RetryPolicy'] {
  const policy = read.object(target, 'RetryPolicy');
  if (!policy) return undefined;
  const age = read.number(policy, 'MaximumEventAgeInSeconds');
  const attempts = read.number(policy, 'MaximumRetryAttempts');
  if (age !== undefined) checkRange(validation, 'MaximumEventAgeInSeconds', age, eventAgeSeconds);
  if (attempts !== undefined) checkRange(validation, 'MaximumRetryAttempts', attempts, retryAttempts);
  return {
    ...(age !== undefined && { MaximumEventAgeInSeconds: age }),
    ...(attempts !== undefined && { MaximumRetryAttempts: attempts }),
  };
}
