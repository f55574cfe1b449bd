/** Alarms: one for each alert of a stage. */
import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  ListTagsForResourceCommand,
  type MetricAlarm,
  PutMetricAlarmCommand,
} from '@aws-sdk/client-cloudwatch';
import { findAlarm, settingsOf, toInput } from '../alerts/settings.ts';
import type { Clients } from '../clients.ts';
import type { Context, LiveAlarm, Step } from '../model.ts';
import { alertPrefix } from '../names.ts';
import { requireOurs } from '../ownership.ts';
import { isOurs, marks, type Tags } from '../tags.ts';
import { setMark } from './mark.ts';

/** Those of an app, or of one stage of it. `wanted`: names under which nobody else's may stand. */
export async function readAlarms(
  { cloudwatch }: { readonly cloudwatch: CloudWatchClient },
  { app, stage }: { readonly app: string; readonly stage: string | null },
  wanted: ReadonlySet<string>,
): Promise<LiveAlarm[]> {
  const alarms: LiveAlarm[] = [];
  for await (const found of describe(cloudwatch, alertPrefix(app, stage))) {
    const { AlarmName: name = '', AlarmArn: arn = '', StateValue: state = '' } = found;
    const tags = await readTags(cloudwatch, arn);
    if (tags === null) continue;
    if (wanted.has(name)) requireOurs(tags, `alarm "${name}"`, app);
    const owner = tags['up:stage'];
    // Names of other apps may begin alike.
    if (!isOurs(tags, app) || owner === undefined || (stage !== null && owner !== stage)) continue;
    alarms.push({ name, arn, stage: owner, state, settings: settingsOf(found) });
  }
  return alarms;
}

async function* describe(client: CloudWatchClient, AlarmNamePrefix: string): AsyncGenerator<MetricAlarm> {
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(
      new DescribeAlarmsCommand({ AlarmNamePrefix, AlarmTypes: ['MetricAlarm'], NextToken }),
    );
    yield* page.MetricAlarms ?? [];
    NextToken = page.NextToken;
    if (!NextToken) return;
  }
}

/** Null for one that went in between. */
async function readTags(client: CloudWatchClient, ResourceARN: string): Promise<Tags | null> {
  try {
    const { Tags: tags = [] } = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
    return Object.fromEntries(tags.map(({ Key = '', Value = '' }) => [Key, Value]));
  } catch (error) {
    if (error instanceof Error && /^ResourceNotFound/.test(error.name)) return null;
    throw error;
  }
}

/** Makes one, or replaces the whole of one: the call is the same, and tags count for the first of them only. */
export async function putAlarm(context: Context, step: Step): Promise<void> {
  const { clients, spec, outputs } = context;
  const wanted = findAlarm(spec, step.name);
  if (!wanted) return;
  await setMark(context, marks.alerts(spec.stage));
  const { cloudwatch } = await clients.alerts();
  await cloudwatch.send(new PutMetricAlarmCommand(toInput(spec, wanted, outputs.apiId)));
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html */
const maxDeleted = 100;

/** Gone is done. The names are those of alarms that were found to be ours. */
export async function removeAlarms({ alerts }: Pick<Clients, 'alerts'>, names: readonly string[]): Promise<void> {
  if (names.length === 0) return;
  const { cloudwatch } = await alerts();
  for (let start = 0; start < names.length; start += maxDeleted)
    await cloudwatch.send(new DeleteAlarmsCommand({ AlarmNames: names.slice(start, start + maxDeleted) }));
}
