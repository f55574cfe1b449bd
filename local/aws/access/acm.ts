/**
 * Who may call ACM. A certificate that is yet to be requested has no ARN to check.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscertificatemanager.html
 */
import type { acm } from '../acm.ts';
import { accountId, region } from '../identity.ts';
import { type Need, type Needs, type NeedsOf, tagContext, text, toTags } from './need.ts';

const onCertificate =
  (name: string): Needs =>
  (input) => [
    {
      action: `acm:${name}`,
      resource: text(input, 'CertificateArn'),
      context: tagContext(toTags(input.Tags)),
    },
  ];

export const acmNeeds: NeedsOf<typeof acm> = {
  RequestCertificate: (input) => {
    const tags = toTags(input.Tags);
    const context = tagContext(tags);
    const requested: Need = { action: 'acm:RequestCertificate', resource: '*', context };
    const any = `arn:aws:acm:${region}:${accountId}:certificate/*`;
    const tagged: Need = { action: 'acm:AddTagsToCertificate', resource: any, context };
    return Object.keys(tags).length === 0 ? [requested] : [requested, tagged];
  },
  DescribeCertificate: onCertificate('DescribeCertificate'),
  ListCertificates: () => [{ action: 'acm:ListCertificates', resource: '*' }],
  DeleteCertificate: onCertificate('DeleteCertificate'),
  AddTagsToCertificate: onCertificate('AddTagsToCertificate'),
  RemoveTagsFromCertificate: onCertificate('RemoveTagsFromCertificate'),
  ListTagsForCertificate: onCertificate('ListTagsForCertificate'),
};
