/**
 * Buckets: moto makes them without their tags, and forgets the number of parts in what a HEAD says of a checksum.
 *
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucketConfiguration.html
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
 */
import { isDone } from '../answers.mjs';

export function buckets(moto) {
  const made = {
    call: 's3 CreateBucket',
    why: 'it is made without its tags',
    /** They are put afterwards. */
    async amend({ input: { Bucket, Payload } }, answer) {
      const url = `${moto.url}/${Bucket}?tagging`;
      if (!isDone(answer) || (await fetch(url)).ok) return null;
      const tags = [Payload.Tags.Tag].flat();
      const set = tags.map(({ Key, Value }) => `<Tag><Key>${Key}</Key><Value>${Value}</Value></Tag>`).join('');
      await fetch(url, { method: 'PUT', body: `<Tagging><TagSet>${set}</TagSet></Tagging>` });
      return answer;
    },
  };

  const headed = {
    call: 's3 HeadObject',
    why: 'its checksum of a package in parts lacks the number of the parts, which its ETag has',
    amend(_, { status, headers }) {
      const checksum = headers['x-amz-checksum-sha256'];
      const parts = /-(\d+)"$/.exec(headers.etag)?.[1];
      if (status !== 200 || !checksum || !parts || checksum.endsWith(`-${parts}`)) return null;
      return { status, headers: { ...headers, 'x-amz-checksum-sha256': `${checksum}-${parts}` } };
    },
  };

  return { entries: [made, headed] };
}
