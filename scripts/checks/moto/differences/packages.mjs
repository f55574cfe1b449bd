/**
 * Packages: moto says they are in a bucket that it does not have. The proxy hands out those that were sent to moto, as
 * Lambda does by an URL that is signed.
 */
import { isDone } from '../answers.mjs';

const path = '/_package/';

export function packages(moto) {
  /** By CodeSha256, what gives the package. */
  const sent = new Map();

  const read = {
    call: 'lambda GetFunction',
    why: 'no package is where its Location says',
    amend(_, answer, proxy) {
      if (!isDone(answer)) return null;
      const found = answer.json();
      if (new URL(found.Code.Location).host === new URL(moto.url).host) return null;
      const Location = `${proxy.url}${path}${encodeURIComponent(found.Configuration.CodeSha256)}`;
      return { status: 200, json: { ...found, Code: { ...found.Code, Location } } };
    },
  };

  return {
    entries: [read],
    watch({ operation, input }, answer) {
      if (!['CreateFunction', 'UpdateFunctionCode'].includes(operation) || !isDone(answer)) return;
      const { ZipFile, S3Bucket, S3Key } = input.Code ?? input;
      const stored = async () => Buffer.from(await (await fetch(`${moto.url}/${S3Bucket}/${S3Key}`)).arrayBuffer());
      const give = ZipFile === undefined ? stored : async () => Buffer.from(ZipFile, 'base64');
      sent.set(JSON.parse(answer.body).CodeSha256, give);
    },
    async serve({ path: asked }) {
      if (!asked.startsWith(path)) return null;
      const give = sent.get(decodeURIComponent(asked.slice(path.length)));
      return give ? { headers: { 'content-type': 'application/zip' }, body: await give() } : null;
    },
  };
}
