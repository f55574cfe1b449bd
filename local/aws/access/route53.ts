/**
 * Who may call Route 53, whose ARNs have neither region nor account.
 *
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonroute53.html
 */
import type { route53 } from '../route53.ts';
import { type Needs, type NeedsOf, onNothingOf, text } from './need.ts';

const onZone =
  (name: string): Needs =>
  (input) => [{ action: `route53:${name}`, resource: `arn:aws:route53:::hostedzone/${idOf(text(input, 'Id'))}` }];

const onNothing = onNothingOf('route53');

export const route53Needs: NeedsOf<typeof route53> = {
  CreateHostedZone: onNothing('CreateHostedZone'),
  GetHostedZone: onZone('GetHostedZone'),
  DeleteHostedZone: onZone('DeleteHostedZone'),
  ListHostedZones: onNothing('ListHostedZones'),
  ListHostedZonesByName: onNothing('ListHostedZonesByName'),
  ChangeResourceRecordSets: onZone('ChangeResourceRecordSets'),
  ListResourceRecordSets: onZone('ListResourceRecordSets'),
  GetChange: (input) => [
    { action: 'route53:GetChange', resource: `arn:aws:route53:::change/${idOf(text(input, 'Id'))}` },
  ],
};

/** As its API prints one, or bare. */
function idOf(text: string): string {
  return text.replace(/^\/?(?:hostedzone|change)\//, '');
}
