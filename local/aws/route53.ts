/** Route 53: hosted zones and their records. They are kept and shown; the local platform answers no DNS queries. */
import { changing, type Operations, reading } from './call.ts';
import { changeRecords, getChange, listRecords } from './route53/records.ts';
import { routes } from './route53/routes.ts';
import { createZone, deleteZone, getZone, listZones, listZonesByName } from './route53/zones.ts';
import { createRestXml } from './wire/rest-xml.ts';

const changingZone = changing((input) => String(input.Id ?? ''));

export const route53 = {
  CreateHostedZone: changingZone(createZone),
  GetHostedZone: reading(getZone),
  DeleteHostedZone: changingZone(deleteZone),
  ListHostedZones: reading(listZones),
  ListHostedZonesByName: reading(listZonesByName),
  ChangeResourceRecordSets: changingZone(changeRecords),
  ListResourceRecordSets: reading(listRecords),
  GetChange: reading(getChange),
} satisfies Operations;

export const route53Wire = createRestXml({ namespace: 'https://route53.amazonaws.com/doc/2013-04-01/', routes });
