/** Route 53: hosted zones and their records. They are kept and shown; the local platform answers no DNS queries. */
import { changing, type Operations, reading } from './call.ts';
import { changeRecords, getChange, listRecords } from './route53/records.ts';
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

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html */
export const route53Wire = createRestXml({
  namespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
  routes: [
    ['POST', '/2013-04-01/hostedzone', 'CreateHostedZone', 201],
    ['GET', '/2013-04-01/hostedzone', 'ListHostedZones', 200],
    ['GET', '/2013-04-01/hostedzonesbyname', 'ListHostedZonesByName', 200],
    ['GET', '/2013-04-01/hostedzone/{Id}', 'GetHostedZone', 200],
    ['DELETE', '/2013-04-01/hostedzone/{Id}', 'DeleteHostedZone', 200],
    ['POST', '/2013-04-01/hostedzone/{Id}/rrset', 'ChangeResourceRecordSets', 200],
    ['GET', '/2013-04-01/hostedzone/{Id}/rrset', 'ListResourceRecordSets', 200],
    ['GET', '/2013-04-01/change/{Id}', 'GetChange', 200],
  ],
});
