/**
 * ACM: public certificates, proved by a record in DNS. Nothing is signed: what is kept is what its API tells of one. A
 * certificate is issued a moment after the local Route 53 has its records.
 */
import {
  addTags,
  deleteCertificate,
  describeCertificate,
  listCertificates,
  listTags,
  removeTags,
  requestCertificate,
} from './acm/certificates.ts';
import { changing, type Operations, reading } from './call.ts';

/** Requests take turns with each other: the same token must not make two. */
const changingCertificate = changing((input) => String(input.CertificateArn ?? ''));

export const acm = {
  RequestCertificate: changingCertificate(requestCertificate),
  DescribeCertificate: reading(describeCertificate),
  ListCertificates: reading(listCertificates),
  DeleteCertificate: changingCertificate(deleteCertificate),
  AddTagsToCertificate: changingCertificate(addTags),
  RemoveTagsFromCertificate: changingCertificate(removeTags),
  ListTagsForCertificate: reading(listTags),
} satisfies Operations;
